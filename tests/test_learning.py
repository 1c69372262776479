"""What was learned from the same is kept; whatever differs is learned again."""

from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from ml import learning, outlook, processes
from tests.builds import dated_answers

DBT = SimpleNamespace(this=SimpleNamespace(identifier="a_model"))
CUSTOMERS = """
    select 'a' as segment_key, customer_id::varchar as customer_id, {} as next_net_amount,
        customer_id > 1 as has_ordered_again, 3 as customers, 2.0 as mean_net_amount,
        0.5 as repeat_rate
    from range(3) as customers (customer_id)
"""
SAME = CUSTOMERS.format("customer_id::double")


@pytest.fixture
def session(tmp_path):
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        yield connection


@pytest.fixture
def calls(monkeypatch):
    """The functions that are called, in the order of the calls."""
    called = []
    run = processes.run

    def remembered(function, *arguments, **options):
        called.append(arguments[0]["function"])
        return run(function, *arguments, **options)

    monkeypatch.setattr(processes, "run", remembered)
    return called


def learned(session, rows=SAME, seed=1, function="outlook:intervals"):
    table = session.sql(rows).order("customer_id")
    return learning.learn(DBT, session, function, table, seed).df()


def test_the_same_is_learned_once_and_is_what_the_function_returns(session, calls):
    first, second = learned(session), learned(session)
    assert calls == ["ml.outlook:intervals"]
    in_place = outlook.intervals(session.sql(SAME).order("customer_id").df(), 1)
    pd.testing.assert_frame_equal(first, in_place, check_exact=True)
    pd.testing.assert_frame_equal(second, in_place, check_exact=True)


@pytest.mark.parametrize(
    "other",
    [
        {"rows": CUSTOMERS.format("customer_id + 0.1")},
        {"rows": CUSTOMERS.format("customer_id::float")},
        {"rows": SAME.replace("as customers,", "as all_customers, 3 as customers,")},
        {"rows": SAME.replace("range(3)", "range(4)")},
        {"seed": 2},
        {"function": "outlook:again"},
        {"version": "scipy"},
        {"version": "code"},
    ],
    ids=str,
)
def test_whatever_differs_is_learned_again(session, calls, monkeypatch, other):
    learned(session)
    if "version" in other:
        versions = learning._versions() | {other["version"]: "another"}
        monkeypatch.setattr(learning, "_versions", lambda: versions)
        other = {}
    monkeypatch.setattr(outlook, "again", outlook.intervals, raising=False)
    monkeypatch.setattr(processes, "_cores", lambda: 1)
    learned(session, **other)
    assert len(calls) == 2
    learned(session, **other)
    assert len(calls) == 2


def test_a_call_that_failed_or_was_cut_short_leaves_no_answer(session, calls, tmp_path):
    with pytest.raises(processes.FailedCallError, match="next_net_amount"):
        learned(session, SAME.replace("next_net_amount", "another"))
    folder = tmp_path / "warehouse.duckdb.learned" / "a_model"
    assert [path.name for path in folder.iterdir()] == ["asked"]
    answer = learned(session)
    (whole,) = folder.iterdir()
    whole.rename(f"{whole}.unfinished")
    (folder / "asked").mkdir()
    pd.testing.assert_frame_equal(learned(session), answer)
    assert len(calls) == 3
    assert list(folder.iterdir()) == [whole]


@pytest.mark.builds
def test_a_build_of_the_same_log_learns_nothing_without_pandas_and_a_full_refresh_all(
    build, small_log, small_build, published_small_log
):
    folder = published_small_log
    answers = dated_answers(folder)
    assert len(answers) == 20
    again = build(folder, small_log, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert again.exit_code == 0, again.stderr
    imported = {line.rpartition(" ")[2] for line in again.stderr.splitlines()}
    assert imported & {"duckdb", "pandas", "sklearn"} == {"duckdb"}
    assert dated_answers(folder) == answers
    assert again.checksums() == small_build.checksums()
    build(folder, small_log, select="int_segments__outlook", environment={"DBT_FULL_REFRESH": "1"})
    assert len(dated_answers(folder)) == 1
