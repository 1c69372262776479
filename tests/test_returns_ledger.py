"""The returns ledger in SQL against a slow and obvious one, on random histories."""

import datetime
from collections import defaultdict
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builds import run_dbt

LEDGER = [
    "int_returns__piles",
    "int_returns__nearest_steps",
    "int_returns__pairs",
    "int_returns__matches",
    "int_returns__unmatched",
    "returns",
]
START = datetime.datetime(2011, 1, 1)


def ledger_by_loop(lines):
    """Match credits one by one: a list for each customer and product, the last in on top."""
    piles, pieces = defaultdict(list), []
    order = sorted(
        (line for line in lines if line["customer_id"] is not None),
        key=lambda line: (
            line["ordered_at"],
            line["verdict"] == "return",
            line["order_id"],
            line["units"],
            line["unit_price"],
            line["line_id"],
        ),
    )
    seen = set()
    for line in order:
        if line["verdict"] not in ("sale", "service", "zero_price", "return"):
            continue
        pile = piles[line["customer_id"], line["product_id"]]
        if line["verdict"] != "return":
            pile.append([line["line_id"], line["units"], line["unit_price"]])
            seen.add((line["customer_id"], line["product_id"]))
            continue
        rest = -line["units"]
        while rest > 0 and pile:
            taken = min(rest, pile[-1][1])
            pieces.append((line["line_id"], pile[-1][0], None, taken, taken * pile[-1][2]))
            pile[-1][1] -= taken
            rest -= taken
            if pile[-1][1] == 0:
                pile.pop()
        if rest > 0:
            was_bought = (line["customer_id"], line["product_id"]) in seen
            reason = "more_than_bought" if was_bought else "no_earlier_purchase"
            pieces.append((line["line_id"], None, reason, rest, rest * line["unit_price"]))
    for line in lines:
        if line["customer_id"] is None and line["verdict"] == "return":
            amount = -line["units"] * line["unit_price"]
            pieces.append((line["line_id"], None, "guest", -line["units"], amount))
    return sorted(pieces, key=str)


@pytest.fixture(scope="session")
def ledger_sql(tmp_path_factory):
    """The compiled models of the ledger, in the order in which they build on each other."""
    folder = tmp_path_factory.mktemp("ledger")
    compiled = run_dbt(folder, "compile", "--select", *LEDGER)
    assert compiled.returncode == 0, compiled.stdout
    return {
        path.stem: path.read_text()
        for path in (folder / "target" / "compiled").rglob("*.sql")
        if path.parent.suffix != ".yml" and path.stem in LEDGER
    }


def ledger_by_sql(ledger_sql, lines):
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as marts; attach ':memory:' as warehouse")
        connection.execute(
            "create table marts.source_lines (line_id varchar, order_id varchar, "
            "customer_id varchar, product_id varchar, verdict varchar, units decimal(18, 3), "
            "unit_price decimal(18, 4), amount decimal(18, 7), is_guest boolean, "
            "ordered_at timestamp)"
        )
        names = ["line_id", "order_id", "customer_id", "product_id", "verdict", "units"]
        names += ["unit_price", "amount", "is_guest", "ordered_at"]
        connection.executemany(
            "insert into marts.source_lines values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [(line | {"amount": line["units"] * line["unit_price"]})[name] for name in names]
                for line in lines
            ],
        )
        for name in LEDGER:
            connection.execute(f"create table warehouse.{name} as {ledger_sql[name]}")
        pieces = connection.execute(
            "select credit_line_id, purchase_line_id, unmatched_reason, units, amount "
            "from warehouse.returns"
        ).fetchall()
    return sorted(pieces, key=str)


@st.composite
def histories(draw):
    """Lines of few customers and products at few points in time, so that much coincides."""
    size = draw(st.integers(1, 40))
    lines = []
    for number in range(size):
        verdict = draw(
            st.sampled_from(["sale", "return", "return", "service", "zero_price", "duplicate"])
        )
        customer_id = draw(st.sampled_from(["c", "c", "c", "d", None]))
        lowest_price = -5 if verdict in ("service", "return") else 0
        units = draw(st.integers(1, 4)) * draw(st.sampled_from([Decimal(1), Decimal("0.345")]))
        lines.append(
            {
                "line_id": f"line {number:02}",
                "order_id": draw(st.sampled_from(["1", "2"])),
                "customer_id": customer_id,
                "product_id": draw(st.sampled_from(["p", "p", "q"])),
                "verdict": verdict,
                "units": -units if verdict == "return" else units,
                "unit_price": Decimal(draw(st.integers(lowest_price, 5))),
                "is_guest": customer_id is None,
                "ordered_at": START + datetime.timedelta(hours=draw(st.integers(0, 5))),
            }
        )
    return lines


@settings(max_examples=200, deadline=None)
@given(lines=histories())
def test_every_piece_is_that_of_the_obvious_ledger(ledger_sql, lines):
    assert comparable(ledger_by_sql(ledger_sql, lines)) == comparable(ledger_by_loop(lines))


def comparable(pieces):
    return sorted(
        ((credit, purchase or "", reason or "", float(units), float(amount))
         for credit, purchase, reason, units, amount in pieces)
    )  # fmt: skip


def pile(changes):
    """One customer's history of one product: units bought (positive) and credited (negative)."""
    return [
        {
            "line_id": f"line {number:07}",
            "order_id": f"{number:07}",
            "customer_id": "c",
            "product_id": "p",
            "verdict": "sale" if units > 0 else "return",
            "units": Decimal(units),
            "unit_price": Decimal(number % 7),
            "is_guest": False,
            "ordered_at": START + datetime.timedelta(minutes=number),
        }
        for number, units in enumerate(changes)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        [100] + [-1] * 300,  # one large purchase, credited unit by unit and beyond
        [1] * 300 + [-300],  # the other way round
        [5, -3] * 200,  # a pile that grows slowly
        [*range(1, 120), *(-size for size in range(1, 120))],  # nested
        [-5, 3, -1] * 100,  # credits before purchases
        [1000, *([1, -1] * 150), -1000],  # small ones on top of a large one
    ],
)
def test_long_piles_are_those_of_the_obvious_ledger(ledger_sql, changes):
    lines = pile(changes)
    assert comparable(ledger_by_sql(ledger_sql, lines)) == comparable(ledger_by_loop(lines))


@pytest.mark.parametrize("steps", [1_000, 10_000, 100_000])
def test_the_work_grows_like_n_log_n(ledger_sql, steps):
    """Rows of the widest step of the search: n + 1 balances at each of log n block sizes."""
    nearest = ledger_sql["int_returns__nearest_steps"]
    widest = nearest[: nearest.index("low_steps_found as (")].rstrip().rstrip(",")
    widest = widest[: widest.rindex(")") + 1] + " select count(*) from blocks_paired"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse; use warehouse")
        connection.execute(
            "create table int_returns__piles as "
            "select 1 as pile_id, step, case when step % 2 = 1 then step else 0 end as balance "
            f"from range(1, {steps} + 1) as steps(step)"
        )
        rows = connection.execute(widest).fetchall()[0][0]
        found = connection.execute(f"select count(*) from ({nearest})").fetchall()[0][0]
    assert rows == (steps + 1) * steps.bit_length()
    assert found == steps + 1
