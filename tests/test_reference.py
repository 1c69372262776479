"""Every row of the tables is that of the reference, of random logs full of ties and defects."""

import random
from collections import Counter, defaultdict

import pytest

from commands.sources import project_vars
from tests import reference
from tests.builds import PROJECT, run_build
from tests.logs import HEADER, write_log, write_rates

TABLES = (
    "+line_funnel +returns +order_lines +orders +products +int_customers__totals +customer_rfm "
    "+rfm_cut_points +sales_by_month +build_info"
)
LINE = (
    "order_id", "product_id", "customer_id", "verdict", "verdict_reason", "description", "country",
    "quantity_text", "unit_price_text", "ordered_at_text", "units", "unit_price", "amount",
    "is_guest", "ordered_at",
)  # fmt: skip
COLUMNS = [*HEADER, "Time", "Status", "Currency"]
RATES = """\
EUR,1960-01-01,0.7
EUR,2011-06-10,0.8333333333
eur,2011-07-01,0.9
USD,1960-01-01,0.6413
JPY,1960-01-01,0.0078125
"""

BY_STATUS = {
    "credit_marker": "status",
    "status_column": "Status",
    "credit_statuses": ["Refunded", "returned"],
}
NOT_SOLD = {"status_column": "Status", "not_sold_statuses": ["cancelled", "On-hold"]}
OF_LINES = {"unit_price_column": None, "line_total_column": "UnitPrice"}
OF_TIMES = {"time_column": "Time"}
SETTINGS = {
    "default": {},
    "negative_quantity": {"credit_marker": "negative_quantity"},
    "negative_amount": {"credit_marker": "negative_amount"},
    "status": BY_STATUS,
    "line_total": OF_LINES,
    "line_total_and_negative_amount": OF_LINES | {"credit_marker": "negative_amount"},
    "not_sold": NOT_SOLD,
    "as_of": {"as_of": "2011-07-01"},
    "time": OF_TIMES,
    "two_files": {"max_silent_days": 20},
    "no_orders_or_products": OF_LINES
    | {"credit_marker": "negative_quantity", "order_id_column": None, "product_id_column": None},
    "currency": {"currency_column": "Currency"},
    "currency_and_negative_amount": {
        "currency_column": "Currency",
        "credit_marker": "negative_amount",
    },
    "all": BY_STATUS | NOT_SOLD | OF_LINES | OF_TIMES | {"currency_column": "Currency"},
}


class RandomLog(random.Random):
    """Draws the rows of a log whose few values coincide often, and are strange now and then."""

    def __init__(self, name, settings):
        super().__init__(name)
        self.settings = settings
        self.marker = settings["credit_marker"]

    def one_of(self, usual, *strange):
        return self.choice(strange) if strange and self.random() < 0.04 else self.choice(usual)

    def time(self):
        days = ["2011-05-31", "2011-06-01", "2011-06-10", "2011-06-30", "2011-07-01", "2011-07-03"]
        day = self.choice(days)
        clock = self.choice(["00:00:00", "10:00:00", "10:00:00", "23:59:59"])
        return self.one_of(
            [f"{day} {clock}"],
            "", "soon", "2011-02-30", "31/12/2011", f" {day}T{clock}", day, f"{day} 10:00",
            f"{day} {clock}+02:00", "1970-01-01 00:00:00", "2011-08-20 09:00:00",
            "2201-05-04 10:00:00", "9999-12-31 00:00:00",
        )  # fmt: skip

    def sale(self):
        sign = "-" if self.marker in ("prefix", "status") and self.random() < 0.04 else ""
        order = self.one_of([f"{self.randint(1, 40)}"], "", " 7", "7.0", "07", "1C")
        is_prefixed = self.marker == "prefix" and self.random() < 0.02
        return {
            "InvoiceNo": f"C{order}" if is_prefixed else order,
            "StockCode": self.one_of(
                ["CUP", "cup", "TEA", "tea ", "11.0", "11", "POST", "Gift_0001_20"],
                "", " ", "POSTER", "m", "a.0",
            ),
            "Description": self.one_of(["Cup", "cup", "A cup, white", ""], ' "Cup"', "two\nlines"),
            "Quantity": sign
            + self.one_of(
                ["1", "2", "3", "8", "0.345"],
                "", "six", "0", "1,000", "3-", "(3)", "+1", " 9 ", "0.0004", "0.0005", "1.0005",
                "1000000", "1000001", "NaN",
            ),
            "InvoiceDate": self.time(),
            "UnitPrice": self.one_of(
                ["1", "2.50", "0.0126", "4.4444", "0"],
                "", "free", "-1.5", "(2.50)", "0.00", "-0.005", "1.00005", "25000.57", "£3",
            ),
            "CustomerID": self.one_of(
                [*(f"c{number}" for number in range(12)), "C1", "17850", ""],
                "17850.0", "17850\u00a0", "017850", "NaN", "n/a", r"\N",
            ),
            "Country": self.one_of(["UK", "France", ""], "uk", " France "),
            "Status": self.one_of(["paid", "Paid", "cancelled", ""], "ON-HOLD ", "refunded"),
            "Currency": self.one_of(["GBP", "EUR", "USD", "JPY"], " eur", "gbp"),
        }  # fmt: skip

    def credit_of(self, sale):
        """A credit of some of a sale, or of more than it; mostly later."""
        units = self.choice([sale["Quantity"].strip("-+() ") or "1", "1", "3", "0.1", "7"])
        is_signed = self.marker in ("prefix", "negative_quantity") or self.random() < 0.5
        credit = sale | {"Quantity": f"-{units}" if is_signed else units}
        credit["InvoiceDate"] = self.choice([sale["InvoiceDate"], self.time(), self.time()])
        credit["Status"] = self.choice(["refunded", " RETURNED"])
        if self.marker == "prefix":
            credit["InvoiceNo"] = self.choice("Cc") + self.choice([sale["InvoiceNo"], "41", "42"])
        if self.marker == "negative_amount" and (not is_signed or self.random() < 0.5):
            credit["UnitPrice"] = "-" + sale["UnitPrice"].strip("-()")
        return credit

    def copy_of(self, row):
        """A copy of a row, or one that differs in something small."""
        copy = dict(row)
        if self.random() < 0.3:
            copy["CustomerID"] = f" {row['CustomerID']}"
        if self.random() < 0.3:
            column = self.choice(["Description", "Status", "Currency"])
            copy[column] = self.sale()[column]
        return copy

    def rows(self, size):
        rows = [self.sale()]
        while len(rows) < size:
            kind = self.random()
            if kind < 0.25:
                rows.append(self.credit_of(self.choice(rows)))
            elif kind < 0.35:
                rows.append(self.copy_of(self.choice(rows)))
            else:
                row = self.sale()
                if self.random() < 0.5:
                    row |= {name: rows[-1][name] for name in ("InvoiceNo", "CustomerID")}
                rows.append(row)
        self.shuffle(rows)
        for row in rows:
            if self.settings["time_column"]:
                day, _, time = row["InvoiceDate"].strip().partition(" ")
                row["InvoiceDate"] = day
                row["Time"] = self.one_of([time], "", "9:30", "late", "24:00")
        return rows


@pytest.mark.builds
@pytest.mark.parametrize("name", SETTINGS)
def test_every_row_is_that_of_the_reference(project, tmp_path, name):
    settings = SETTINGS[name] | {"max_invalid_share": 1}
    log = RandomLog(name, project_vars() | settings)
    rows = log.rows(400)
    # Two files share rows, and copies of some.
    files = [rows[:250], [*rows[200:], *rows[220:230]]] if name in ("two_files", "all") else [rows]
    for number, file in enumerate(files):
        values = [[row.get(column, "") for column in COLUMNS] for row in file]
        write_log(tmp_path / f"{number}.csv", values, COLUMNS)
    options = {}
    if "currency_column" in settings:
        write_rates(project, RATES)
        options = {"started_from": project, "plain": True}
    built = run_build(tmp_path, tmp_path / "*.csv", settings, select=TABLES, **options)
    assert built.exit_code == 0, built.stdout

    rules = reference.rules_of(log.settings, options.get("started_from", PROJECT) / "seeds")
    lines, info = reference.lines_of(files, rules)
    assert_same(built, "source_lines", lines, LINE)
    tables = reference.tables_of(with_ids(lines, built), info, rules)
    for table, rows in tables.items():
        assert_same(built, table, rows, list(rows[0]))
    pieces = Counter(piece["unmatched_reason"] for piece in tables["returns"])
    assert min(pieces[None], len(tables["customer_rfm"]), len(tables["orders"])) >= 10, pieces


def with_ids(lines, built):
    """Take over the ids of the build's lines; lines that look the same are interchangeable."""
    ids = defaultdict(list)
    query = f"select {', '.join(LINE)}, line_id from source_lines order by line_id"
    for *line, line_id in built.query(query):
        ids[tuple(line)].append(line_id)
    return [line | {"line_id": ids[tuple(line[name] for name in LINE)].pop()} for line in lines]


def assert_same(built, table, rows, columns):
    expected = Counter(tuple(row[column] for column in columns) for row in rows)
    found = Counter(built.query(f"select {', '.join(columns)} from {table}"))
    missing, surplus = expected - found, found - expected
    assert (missing, surplus) == (Counter(), Counter()), f"{table}: {', '.join(columns)}"
