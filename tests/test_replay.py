"""The same log gives the same tables: on another day, in another order, cut instead of replayed."""

import duckdb
import pytest

from tests.builds import dated_answers

# What build_info alone may tell of lines after as_of: the delivery, and how many they are.
OF_THE_DELIVERY = "build_id, source_fingerprint, source_rows, rows_after_as_of"


def tables_without_the_future(built):
    of_the_build = built.query(f"select * exclude ({OF_THE_DELIVERY}) from build_info")
    return built.checksums() | {"build_info": of_the_build}


def cut_at(as_of, log, path):
    """Write the lines of a log that are dated before a day."""
    duckdb.execute(
        f"copy (select * from '{log}' where InvoiceDate < '{as_of}' or InvoiceDate is null) "
        f"to '{path}'"
    )
    return path


def assert_replay_equals_cut(replayed, shortened):
    assert replayed.exit_code == 0, replayed.stderr
    assert shortened.exit_code == 0, shortened.stderr
    assert tables_without_the_future(replayed) == tables_without_the_future(shortened)
    assert replayed.query("select rows_after_as_of > 0 from build_info") == [(True,)]


@pytest.mark.builds
def test_a_new_day_learns_where_customers_stand_and_gives_the_tables_of_the_cut_log(
    build, tmp_path
):
    before, today = ({"learning_period": "month", "as_of": f"2023-09-{day}"} for day in (20, 27))
    assert build(tmp_path / "over", settings=before).exit_code == 0
    learned_before = dated_answers(tmp_path / "over")
    over = build(tmp_path / "over", settings=today)
    learned = dated_answers(tmp_path / "over")
    assert {path.parent.name for path in learned if learned[path] != learned_before.get(path)} == {
        "int_customers__assigned_in_python",
        "int_customers__map",
        "int_customers__subdivided",
        "int_predictions__scored",
        "int_products__categorised_now",
    }
    assert over.query("select as_of::text, learned_as_of::text from build_info") == [
        ("2023-09-27", "2023-09-01")
    ]
    cut = cut_at("2023-09-27", "sample/transactions.parquet", tmp_path / "cut.parquet")
    assert_replay_equals_cut(over, build(tmp_path / "new", cut, today))


@pytest.mark.slow
def test_replay_of_online_retail_equals_a_build_on_the_cut_log(build, online_retail, tmp_path):
    day = {"as_of": "2011-10-01"}
    cut = cut_at("2011-10-01", online_retail, tmp_path / "cut.parquet")
    replayed = build(tmp_path / "replayed", online_retail, day)
    assert_replay_equals_cut(replayed, build(tmp_path / "shortened", cut, day))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_shuffled_rows_of_online_retail_give_equal_tables(
    build, online_retail, online_retail_warehouse, tmp_path, seed
):
    shuffled = tmp_path / "shuffled.parquet"
    duckdb.execute(
        f"copy (select * from '{online_retail}' "
        f"order by hash(concat(InvoiceNo, StockCode, '{seed}'))) to '{shuffled}'"
    )
    built = build(tmp_path / "built", shuffled, quick=False)
    assert built.exit_code == 0, built.stderr
    assert built.checksums() == online_retail_warehouse.checksums()
