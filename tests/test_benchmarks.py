"""The benchmarks measure the same work: made-up shops are what they say, contenders agree."""

import doctest
import shutil
import sys
from importlib.util import find_spec

import duckdb
import pytest

from benchmarks import shop as shops
from benchmarks import stages
from benchmarks.contenders import common
from benchmarks.contenders.row_loop import row_loop
from benchmarks.measured import BenchmarkError, Usage, measured, most_memory, row
from benchmarks.scale import CONTENDERS, Shop, agreed_totals, prepare, usages_of_contenders
from benchmarks.spine import ROUNDS, row_loop_against_ledger
from tests.builds import copy_warehouse

NEEDS = {"pandas": ["pyarrow"], "polars": ["polars"]}
LINES = 20_000


@pytest.fixture(scope="module")
def shop_and_usages(tmp_path_factory):
    """A tiny shop, and what all contenders wrote of it; our dbt run came last."""
    folder = tmp_path_factory.mktemp("shop")
    shops.write(LINES, folder / "shop.parquet")
    shop = Shop(LINES, folder / "shop.parquet", folder)
    prepare(shop)
    names = sorted(CONTENDERS, key="ours: dbt run".__eq__)
    return shop, {
        name: CONTENDERS[name](shop, name) for name in names if not missing_packages(name)
    }


@pytest.fixture(scope="module")
def shop(shop_and_usages):
    return shop_and_usages[0]


def missing_packages(name):
    return [package for package in NEEDS.get(name, []) if not find_spec(package)]


@pytest.mark.builds
@pytest.mark.parametrize("name", [name for name in CONTENDERS if name != "ours: dbt run"])
def test_a_contender_agrees_with_our_tables(shop, name):
    if missing := missing_packages(name):
        pytest.skip(f"{name} needs {missing}, which is not installed")
    agreed = agreed_totals(shop, ["ours: dbt run", name])
    verdicts = {verdict: int(lines) for verdict, lines, *_ in agreed["lines by verdict"]}
    assert min(verdicts.values()) > 0
    assert verdicts.keys() == {
        "sale", "return", "service", "zero_price", "stock_adjustment", "duplicate", "invalid",
    }  # fmt: skip
    assert all(int(units) > 0 for _, units, _ in agreed["units of credits matched and left"])


@pytest.mark.builds
@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update source_lines set amount = amount + 0.01 where line_id = 0", "lines by verdict"),
        ("delete from returns where purchase_line_id is null", "units of credits"),
        ("update order_lines set net_amount = net_amount + 0.01 where line_id = 0", "order lines"),
        ("update orders set is_fully_returned = not is_fully_returned", "orders"),
        ("update customer_rfm set recency_score = 1", "customers"),
    ],
)
def test_nothing_is_reported_where_contenders_differ(shop, change, what):
    shutil.copytree(shop.of("floor"), shop.of("wrong"), dirs_exist_ok=True)
    with duckdb.connect(shop.of("wrong") / "floor.duckdb") as connection:
        connection.execute(change)
    with pytest.raises(BenchmarkError, match=f"wrong and floor differ in {what}"):
        agreed_totals(shop, ["floor", "wrong"])


@pytest.mark.builds
def test_stages_add_up_to_the_wall_time(shop_and_usages):
    shop, usages = shop_and_usages
    usage = usages["ours: dbt run"]
    seconds = stages.seconds_by_stage(shop.folder / "target", usage)
    assert sum(seconds.values()) == pytest.approx(usage.seconds)
    assert min(seconds.values()) >= 0
    for stage in ("dbt's start", "read, verdicts", "ledger, orders", "RFM", "history"):
        assert seconds[stage] > 0
    assert "the rest" not in seconds


@pytest.mark.builds
def test_the_same_seed_gives_the_same_bytes(shop, tmp_path, monkeypatch):
    shops.write(LINES, tmp_path / "again.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == shop.log.read_bytes()
    monkeypatch.setattr(shops, "SEED", 1)
    shops.write(LINES, tmp_path / "other.parquet")
    assert (tmp_path / "other.parquet").read_bytes() != shop.log.read_bytes()


def test_a_shop_has_the_lines_and_the_dirt_that_it_promises(tmp_path):
    log = tmp_path / "shop.parquet"
    shops.write(100_000, log)
    lines = duckdb.read_parquet(str(log))
    ((rows, different, guests, credits_, services, adjusted, free, empty, nameless),) = lines.query(
        "lines",
        """
        select
            count(*),
            (select count(*) from (select distinct * from lines)),
            avg(if("CustomerID" is null, 1, 0)),
            avg(if("InvoiceNo" like 'C%', 1, 0)),
            avg(if("StockCode" = 'POST', 1, 0)),
            avg(if("InvoiceNo" not like 'C%' and "Quantity" < 0, 1, 0)),
            avg(if("UnitPrice" = 0, 1, 0)),
            avg(if("Quantity" = 0, 1, 0)),
            avg(if("StockCode" is null, 1, 0))
        from lines
        """,
    ).fetchall()
    assert rows == pytest.approx(100_000, rel=0.05)
    # Copies, and a few lines that are alike by chance.
    assert 0.009 < 1 - different / rows < 0.016
    assert guests == pytest.approx(0.25, rel=0.1)
    assert credits_ == pytest.approx(0.017, rel=0.1)
    assert services == pytest.approx(0.004, rel=0.2)
    assert adjusted == pytest.approx(0.002, rel=0.3)
    assert free == pytest.approx(0.004, rel=0.2)
    assert empty == pytest.approx(0.0005, rel=0.5)
    assert nameless == pytest.approx(0.0005, rel=0.5)


def test_a_credit_splits_over_the_latest_purchases_and_leaves_what_was_not_bought():
    # Five, then two; three come back, then nine: of the nine only four were still there.
    assert common.last_in_first_out([1] * 4, [5, 2, -3, -9]) == [(2, 1, 2), (2, 0, 1), (3, 0, 4)]
    # A credit before the purchase, and a purchase on another pile, give nothing.
    assert common.last_in_first_out([1, 1, 2, 3], [-1, 4, 4, -1]) == []


@pytest.mark.builds
def test_the_row_loop_over_some_rows_does_the_same_to_them(shop):
    with duckdb.connect(shop.of("floor") / "floor.duckdb", read_only=True) as connection:
        lines = connection.execute(
            "select customer_id, product_id, cast(units as double) as units, ordered_at "
            "from source_lines where customer_id is not null "
            "and verdict in ('sale', 'return') order by ordered_at, line_id"
        ).df()
    whole = row_loop(lines)["QuantityCanceled"]
    assert whole.sum() > 0
    assert row_loop(lines, lines[lines["units"] < 0])["QuantityCanceled"].equals(whole)
    assert row_loop(lines, lines[lines["units"] > 0])["QuantityCanceled"].sum() == 0


@pytest.mark.builds
def test_the_ledger_of_a_build_is_measured_against_the_row_loop(shop, tmp_path):
    copy_warehouse(shop.of("ours: dbt run") / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    shutil.copytree(shop.folder / "target", tmp_path / "target")
    loop, ledger = row_loop_against_ledger(tmp_path)
    assert len(ledger) == ROUNDS
    assert loop > max(ledger) > 0


def test_a_process_is_measured_with_its_memory():
    usage = measured(["python3", "-c", "x = bytes(range(256)) * 4_000_000; sum(range(10**7))"])
    assert usage.seconds > 0
    assert usage.cpu_seconds > 0.05
    assert usage.megabytes > 1000
    with pytest.raises(BenchmarkError, match="no luck"):
        measured(["python3", "-c", "raise SystemExit('no luck')"])


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_a_process_that_wants_more_memory_than_there_is_fails():
    with pytest.raises(BenchmarkError, match="MemoryError"):
        measured(["python3", "-c", f"bytearray({most_memory()} + 1)"])


def test_a_contender_that_fails_is_left_out_and_ours_stops_the_benchmark(monkeypatch, capsys):
    def works(shop, name):
        return Usage(1, 1, 1, 0)

    def fails(shop, name):
        raise BenchmarkError("MemoryError")

    for name in CONTENDERS:
        monkeypatch.setitem(CONTENDERS, name, works)
    monkeypatch.setitem(CONTENDERS, "polars", fails)
    usages = usages_of_contenders(None, rounds=2)
    assert "polars" not in usages
    assert len(usages["floor"]) == 2
    assert "polars is left out" in capsys.readouterr().out
    monkeypatch.setitem(CONTENDERS, "ours: SQL", fails)
    with pytest.raises(BenchmarkError, match="MemoryError"):
        usages_of_contenders(None, rounds=2)


def test_a_contender_that_fails_for_another_reason_stops_the_benchmark(monkeypatch):
    def fails(shop, name):
        raise BenchmarkError("KeyError: 'units'")

    for name in CONTENDERS:
        monkeypatch.setitem(CONTENDERS, name, lambda shop, name: Usage(1, 1, 1, 0))
    monkeypatch.setitem(CONTENDERS, "polars", fails)
    with pytest.raises(BenchmarkError, match="KeyError"):
        usages_of_contenders(None, rounds=1)


@pytest.mark.parametrize(
    ("bar", "judged"),
    [(("≤", 2), "holds"), (("≤", 1.9), "missed"), (("≥", 2), "holds"), (None, "")],
)
def test_a_row_says_whether_its_median_is_within_the_bar(capsys, bar, judged):
    row("a / b", [5.0, 2.0, 1.0], bar)
    cells = [cell.strip() for cell in capsys.readouterr().out.strip().strip("|").split("|")]
    assert cells[:4] == ["a / b", "2.00", "1.00", "5.00"]
    assert cells[5] == judged


@pytest.mark.parametrize("module", [common, stages])
def test_examples_give_what_they_show(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert not failed
