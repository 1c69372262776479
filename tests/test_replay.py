"""The same log gives the same tables: on another day, in another order, cut instead of replayed."""

import duckdb
import pytest

# The only table that tells of lines after as_of, by their number.
TELLS_OF_THE_FUTURE = {"build_info"}


def tables_without_the_future(built):
    return {
        mart: checksum
        for mart, checksum in built.checksums().items()
        if mart not in TELLS_OF_THE_FUTURE
    }


def assert_replay_equals_cut(build, folder, log, as_of):
    settings = {"as_of": as_of}
    cut = folder / "cut.parquet"
    duckdb.execute(
        f"copy (select * from '{log}' where InvoiceDate < '{as_of}' or InvoiceDate is null) "
        f"to '{cut}'"
    )
    replayed = build(folder / "replayed", log, settings)
    shortened = build(folder / "shortened", cut, settings)
    assert replayed.exit_code == 0, replayed.stderr
    assert shortened.exit_code == 0, shortened.stderr
    assert tables_without_the_future(replayed) == tables_without_the_future(shortened)
    assert replayed.query("select rows_after_as_of > 0 from build_info") == [(True,)]


def test_replay_of_the_sample_equals_a_build_on_the_cut_log(build, tmp_path):
    assert_replay_equals_cut(build, tmp_path, "sample/transactions.parquet", "2023-10-01")


@pytest.mark.slow
def test_replay_of_online_retail_equals_a_build_on_the_cut_log(build, online_retail, tmp_path):
    assert_replay_equals_cut(build, tmp_path, online_retail, "2011-10-01")


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
