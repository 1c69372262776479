"""F20: a second build says in one sentence that the first is at work, and leaves it alone."""

from tests.builds import python, start_build
from tests.logs import write_log


def test_the_second_build_ends_with_a_sentence(build, tmp_path):
    log = write_log(tmp_path / "log.csv")
    holder = python(
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()",
        tmp_path / "warehouse.duckdb",
        stdin=-1,
    )
    assert holder.stdout.readline() == "open\n"
    sentence = f"warehouse.duckdb is in use by another process ({holder.pid})"

    by_make = build(tmp_path, log)
    assert by_make.exit_code != 0
    assert by_make.stderr.startswith(str(tmp_path))
    assert sentence in by_make.stderr.splitlines()[0]
    assert "Traceback" not in by_make.stderr

    by_dbt = build(tmp_path, log, select="orders", plain=True)
    assert by_dbt.exit_code != 0
    assert by_dbt.stdout.count(sentence) == 1
    assert "Traceback" not in by_dbt.stdout + by_dbt.stderr

    holder.communicate("\n")


def test_the_first_build_goes_on(build, tmp_path):
    log = write_log(tmp_path / "log.csv")
    first = start_build(tmp_path, log)
    while not list(tmp_path.glob("published/.staging-*")):
        assert first.poll() is None, "the first build ended before it began to publish"
    second = build(tmp_path, log)
    assert second.exit_code != 0
    assert "is in use by another process" in second.stderr
    first.communicate()
    assert first.returncode == 0
    assert second.published.current_generation()
