"""The tables of sales and customers, worked out row by row from what their descriptions say.

Slow and plain on purpose: dicts, loops and exact numbers, and nothing of the project's own code.
"""

import csv
import datetime
import itertools
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

UNSEEN = " \t\r\n\u00a0\u202f\u200b\u200e\u200f\ufeff"
ISO_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})([ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?( *([+-][\d:]+|Z))?"
)
PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
UNITS, PRICE, SHARE = Decimal("0.001"), Decimal("0.0001"), Decimal("0.0000001")
DAY = datetime.timedelta(days=1)
SUMS = ("units", "units_returned", "gross_amount", "net_amount")
MEASURES = {
    "recency": "recency_days",
    "frequency": "frequency_orders",
    "monetary": "monetary_amount",
}


@dataclass(frozen=True)
class Rules:
    """What decides how a log is read and judged.

    Parameters
    ----------
    settings : dict
        All vars of dbt_project.yml.
    service_codes, rfm_segments, currency_rates : list of dict of str to str
        Rows of these seeds.
    """

    settings: dict
    service_codes: list
    rfm_segments: list
    currency_rates: list

    @property
    def as_of(self):
        as_of = self.settings["as_of"]
        return as_of and datetime.date.fromisoformat(as_of)

    def text(self, row, column):
        """The text that a row of the log has in one of the columns, None where it has none."""
        name = self.settings[f"{column}_column"]
        return (row[name] or None) if name else None

    def is_one_of(self, text, name):
        """Whether text is one of the values of a setting, in either case."""
        return text is not None and text.lower() in [each.lower() for each in self.settings[name]]


def rules_of(settings, seeds):
    """Put settings and the seeds of a folder together.

    Parameters
    ----------
    settings : dict
        All vars of dbt_project.yml.
    seeds : path

    Returns
    -------
    Rules
    """
    read = {}
    for name in ("service_codes", "rfm_segments", "currency_rates"):
        with open(Path(seeds) / f"{name}.csv", newline="", encoding="utf-8") as file:
            read[name] = list(csv.DictReader(file))
    return Rules(settings, **read)


def trimmed(text):
    return (text or "").strip(UNSEEN) or None


def id_from(text):
    text = trimmed(text)
    return text and re.sub(r"^(-?[0-9]+)\.0+$", r"\1", text)


def rounded(number, step):
    return number.quantize(step, ROUND_HALF_UP)


def number_from(text, step):
    """A number with its minus in front, behind, or in parentheses; None where unreadable."""
    text = trimmed(text) or ""
    if text.endswith("-"):
        text = "-" + text[:-1].strip(UNSEEN)
    elif text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    if not PLAIN_NUMBER.fullmatch(text):
        return None
    number = rounded(Decimal(text), step)
    has_room = abs(number) < 10**18 * step
    return number if has_room else None


def time_from(text):
    """A point in time of ISO text, as written; None where unreadable."""
    found = ISO_TIME.fullmatch(trimmed(text) or "")
    if not found:
        return None
    parts = (found[2] or "")[1:].split(":") if found[2] else []
    hours, minutes, seconds = (Decimal(part) for part in [*parts, "0", "0", "0"][:3])
    is_on_a_clock = hours < 24 and minutes < 60 and seconds < 60
    if not is_on_a_clock and (hours, minutes, seconds) != (24, 0, 0):
        return None
    try:
        day = datetime.datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return day + datetime.timedelta(
        hours=int(hours), minutes=int(minutes), microseconds=int(seconds * 1_000_000)
    )


def row_read(row, rules):
    """Read a row of the log: the columns of `stg_transactions`, by their names."""
    settings = rules.settings
    has_totals = settings["line_total_column"] is not None
    quantity_text = rules.text(row, "quantity")
    price_text = rules.text(row, "line_total" if has_totals else "unit_price")
    time_text = rules.text(row, "ordered_at")
    if settings["time_column"]:
        day_and_time = trimmed(time_text), trimmed(rules.text(row, "time"))
        time_text = " ".join(filter(None, day_and_time)) or None

    ordered_at = time_from(time_text)
    customer_id = id_from(rules.text(row, "customer_id"))
    if rules.is_one_of(customer_id, "guest_markers"):
        customer_id = None
    order_id = id_from(rules.text(row, "order_id"))
    if settings["order_id_column"] is None and customer_id and ordered_at:
        order_id = f"{customer_id} {ordered_at}"
    product_id = id_from(rules.text(row, "product_id")) if settings["product_id_column"] else "ALL"
    status = trimmed(rules.text(row, "status"))
    currency = (trimmed(rules.text(row, "currency")) or "").upper() or None

    units = number_from(quantity_text, UNITS)
    delivered = price = number_from(price_text, PRICE)
    if settings["currency_column"] and price is not None:
        rate = rate_of(currency, ordered_at, rules)
        price = rate and rounded(price * rate, PRICE)

    marker, prefix = settings["credit_marker"], settings["credit_prefix"].upper()
    is_credit = {
        "prefix": prefix != "" and (order_id or "").upper().startswith(prefix),
        "negative_quantity": (units or 0) < 0,
        "negative_amount": (delivered or 0) < 0 or ((delivered or 0) > 0 > (units or 0)),
        "status": rules.is_one_of(status, "credit_statuses"),
    }[marker]
    if is_credit and marker in ("negative_amount", "status"):
        units = units and -abs(units)
        price = price and abs(price)
    total = None
    if has_totals:
        price, total = price_and_total(price, units, is_credit)

    amount = total
    if total is None and None not in (units, price):
        amount = units * price
    return {
        "order_id": order_id,
        "product_id": product_id and product_id.upper(),
        "customer_id": customer_id,
        "description": trimmed(rules.text(row, "description")),
        "country": trimmed(rules.text(row, "country")),
        "quantity_text": quantity_text if units is None else None,
        "unit_price_text": price_text if price is None else None,
        "ordered_at_text": time_text if ordered_at is None else None,
        "units": units,
        "unit_price": price,
        "amount": amount if amount is not None and abs(amount) < 10**11 else None,
        "is_guest": customer_id is None,
        "is_credit": is_credit,
        "is_not_sold": rules.is_one_of(status, "not_sold_statuses"),
        "ordered_at": ordered_at,
        "delivered": (delivered, currency) if settings["currency_column"] else (price, total),
    }


def rate_of(currency, ordered_at, rules):
    """The rate of a currency on a day, the last one where there is no day; None without one."""
    if currency == rules.settings["currency"]:
        return Decimal(1)
    rates = {
        row["valid_from"]: Decimal(row["rate"])
        for row in rules.currency_rates
        if row["currency"].strip().upper() == currency
    }
    days = [day for day in sorted(rates) if ordered_at is None or day <= str(ordered_at)]
    return rates[days[-1]] if days else None


def price_and_total(total, units, is_credit):
    """The price of a unit, and the amount of the row with the sign that a credit's units have."""
    if total is None:
        return None, None
    if not units:
        return (total if total == 0 else None), None
    if is_credit and units < 0:
        total = -abs(total)
    price = rounded(total / units, PRICE)
    return (price if abs(price) < 10**14 else None), total


def lines_of(files, rules):
    """Judge the lines of a log.

    Parameters
    ----------
    files : list of list of dict of str to str
        Rows of each file, by the log's names of its columns.
    rules : Rules

    Returns
    -------
    lines : list of dict
        The columns of `source_lines` but `line_id`.
    info : dict
        Columns of `build_info`.
    """
    files = [[row_read(row, rules) for row in file] for file in files]
    source_rows = sum(map(len, files))
    if rules.as_of is not None:
        midnight = datetime.datetime.combine(rules.as_of, datetime.time())
        files = [
            [row for row in file if row["ordered_at"] is None or row["ordered_at"] < midnight]
            for file in files
        ]
    rows = list(itertools.chain(*files))
    log_days = days_of_the_log(files, rules.settings["max_silent_days"])

    # The n-th copies in two files are one line, two copies in one file are two.
    copies = Counter()
    for file in files:
        copies |= Counter(tuple(row.items()) for row in file)
    lines = []
    for content, count in copies.items():
        for copy_number in range(1, count + 1):
            line = dict(content)
            verdict, reason = verdict_of(line, copy_number, log_days, rules)
            lines.append(line | {"verdict": verdict, "verdict_reason": reason})
    return lines, {
        "source_rows": source_rows,
        "rows_after_as_of": source_rows - len(rows),
        "rows_delivered_again": len(rows) - len(lines),
        "source_lines": len(lines),
        "first_log_date": min(log_days),
        "last_log_date": max(log_days),
        "as_of": rules.as_of or max(log_days) + DAY,
    }


def days_of_the_log(files, max_silent_days):
    """The days of the stretch between long silences that has the most rows, the last of equals."""
    rows_of_days = Counter()
    for rows in files:
        rows_of_days |= Counter(row["ordered_at"].date() for row in rows if row["ordered_at"])
    stretches = []
    for day in sorted(rows_of_days):
        if not stretches or (day - stretches[-1][-1]).days > max_silent_days:
            stretches.append([])
        stretches[-1].append(day)
    return max(reversed(stretches), key=lambda days: sum(rows_of_days[day] for day in days))


def verdict_of(line, copy_number, log_days, rules):
    """The first verdict that fits a line, and its reason."""
    service = service_of(line["product_id"] or "", rules)
    defect = defect_of(line, service, log_days, rules)
    verdicts = [
        ("not_sold", "cancelled or not paid", line["is_not_sold"]),
        ("invalid", defect, defect),
        ("duplicate", "copy of an earlier line", copy_number > 1),
        ("return", "credit note", line["is_credit"]),
        ("stock_adjustment", "negative quantity without a credit note", (line["units"] or 0) < 0),
        ("service", service, service),
        ("zero_price", "given away", line["amount"] == 0),
        ("sale", None, True),
    ]
    return next((verdict, reason) for verdict, reason, fits in verdicts if fits)


def service_of(product_id, rules):
    """What a product code stands for, where it is a service; else None."""
    for row in rules.service_codes:
        code = row["code"].upper()
        if product_id == code or (row["is_prefix"] == "true" and product_id.startswith(code)):
            return row["meaning"]
    return None


def defect_of(line, service, log_days, rules):
    """The first thing that makes a line invalid; None for a valid line."""
    units, price, amount, at = (
        line[name] for name in ("units", "unit_price", "amount", "ordered_at")
    )
    sign = (amount or 0) * (units or 0)
    defects = [
        ("missing_order_id", line["order_id"] is None),
        ("missing_product_id", line["product_id"] is None),
        ("unreadable_quantity", units is None),
        ("zero_quantity", units == 0),
        ("unreadable_unit_price", price is None),
        ("unreadable_date", at is None),
        ("date_outside_log", at and at.date() not in log_days),
        ("implausible_quantity", abs(units or 0) > rules.settings["max_units_per_line"]),
        ("implausible_amount", amount is None),
        ("negative_unit_price", service is None and ((price or 0) < 0 or sign < 0)),
        ("credit_with_positive_quantity", line["is_credit"] and (units or 0) > 0),
    ]
    return next((defect for defect, is_there in defects if is_there), None)


def grouped(rows, *columns):
    """Lists of rows by their values of some columns."""
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return groups


def total(rows, column):
    return sum((row[column] or 0 for row in rows), Decimal(0))


def commonest(values):
    """The value that most have, the first in the alphabet of equals; None where none has one."""
    counts = Counter(value for value in values if value is not None)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def tables_of(lines, info, rules):
    """Work out all tables.

    Parameters
    ----------
    lines : list of dict
        As `lines_of` gives them, with their `line_id`.
    info : dict
    rules : Rules

    Returns
    -------
    dict of str to list of dict
        Rows by the names of tables.
    """
    pieces = returns(lines)
    sold = order_lines(lines, pieces)
    ordered = orders(sold)
    scored = customer_rfm(ordered, info, rules)
    return {
        "build_info": [info],
        "line_funnel": line_funnel(lines),
        "returns": pieces,
        "order_lines": sold,
        "orders": ordered,
        "products": products(sold, lines),
        "int_customers__totals": customers(lines, ordered, info),
        "customer_rfm": scored,
        "rfm_cut_points": rfm_cut_points(scored),
        "sales_by_month": sales_by_month(ordered, sold, pieces, info),
    }


def line_funnel(lines):
    return [
        {
            "verdict": verdict,
            "is_guest": is_guest,
            "lines": len(group),
            "units": total(group, "units"),
            "amount": total(group, "amount"),
        }
        for (verdict, is_guest), group in grouped(lines, "verdict", "is_guest").items()
    ]


def returns(lines):
    """Match the credits one by one: what a customer bought of a product lies on a pile."""
    order = ("ordered_at", "is_credit", "order_id", "units", "unit_price", "line_id")
    on_piles = ("sale", "service", "zero_price", "return")
    steps = [line for line in lines if line["verdict"] in on_piles]
    piles, pieces = {}, []
    for line in sorted(steps, key=lambda line: [line[name] for name in order]):
        if line["verdict"] == "return":
            pile = piles.get((line["customer_id"], line["product_id"]))
            pieces += [
                {
                    "credit_line_id": line["line_id"],
                    "customer_id": line["customer_id"],
                    "product_id": line["product_id"],
                    "credited_at": line["ordered_at"],
                }
                | piece
                for piece in pieces_of(line, pile)
            ]
        elif not line["is_guest"]:
            pile = piles.setdefault((line["customer_id"], line["product_id"]), [])
            pile.append({"line": line, "left": line["units"]})
    return pieces


def pieces_of(credit, pile):
    """The pieces of a credit, taken from the top of a pile; None is one that never was begun."""
    rest = -credit["units"]
    while rest and pile:
        purchase, left = pile[-1]["line"], pile[-1]["left"]
        taken = min(rest, left)
        yield {
            "purchase_line_id": purchase["line_id"],
            "unmatched_reason": None,
            "units": taken,
            "amount": worth_of(left, purchase) - worth_of(left - taken, purchase),
        }
        rest -= taken
        pile[-1]["left"] -= taken
        if not pile[-1]["left"]:
            pile.pop()
    if rest:
        unmatched = "no_earlier_purchase" if pile is None else "more_than_bought"
        yield {
            "purchase_line_id": None,
            "unmatched_reason": "guest" if credit["is_guest"] else unmatched,
            "units": rest,
            "amount": worth_of(rest, credit),
        }


def worth_of(units, line):
    """Value some of a line's units, with their share of what rounding the price has left."""
    left = line["amount"] - line["units"] * line["unit_price"]
    return units * line["unit_price"] + rounded(left * units / line["units"], SHARE)


def order_lines(lines, pieces):
    given_back = grouped(pieces, "purchase_line_id")
    rows = []
    for line in lines:
        if line["verdict"] != "sale":
            continue
        back = given_back[(line["line_id"],)]
        columns = (
            "line_id", "order_id", "customer_id", "product_id", "country", "units", "unit_price",
            "is_guest", "ordered_at",
        )  # fmt: skip
        rows.append(
            {column: line[column] for column in columns}
            | {
                "units_returned": total(back, "units"),
                "gross_amount": line["amount"],
                "net_amount": line["amount"] - total(back, "amount"),
                "last_returned_at": max((piece["credited_at"] for piece in back), default=None),
            }
        )
    return rows


def orders(sold):
    rows = []
    for (order_id, customer_id), group in grouped(sold, "order_id", "customer_id").items():
        sums = {column: total(group, column) for column in SUMS}
        is_fully_returned = sums["units_returned"] == sums["units"]
        last_returned = [row["last_returned_at"] for row in group if is_fully_returned]
        rows.append(
            sums
            | {
                "order_id": order_id,
                "customer_id": customer_id,
                "country": min((row["country"] for row in group if row["country"]), default=None),
                "lines": len(group),
                "products": len(grouped(group, "product_id")),
                "is_guest": customer_id is None,
                "is_fully_returned": is_fully_returned,
                "ordered_at": min(row["ordered_at"] for row in group),
                "fully_returned_at": max(last_returned, default=None),
            }
        )
    return rows


def products(sold, lines):
    descriptions = defaultdict(list)
    for line in lines:
        if line["verdict"] == "sale" and line["description"]:
            descriptions[line["product_id"]].append((line["ordered_at"], line["description"]))
    rows = []
    for (product_id,), group in grouped(sold, "product_id").items():
        named = descriptions[product_id]
        times = [row["ordered_at"] for row in group]
        rows.append(
            {column: total(group, column) for column in SUMS}
            | {
                "product_id": product_id,
                "product_name": commonest(name for _, name in named),
                "first_product_name": min(named, default=(None, None))[1],
                "lines": len(group),
                "orders": len(grouped(group, "order_id")),
                "customers": len({row["customer_id"] for row in group} - {None}),
                "first_sold_at": min(times),
                "last_sold_at": max(times),
            }
        )
    return rows


def customers(lines, ordered, info):
    orders_of = grouped(ordered, "customer_id")
    rows = []
    known = [line for line in lines if not line["is_guest"]]
    for (customer_id,), group in grouped(known, "customer_id").items():
        theirs = orders_of[(customer_id,)]
        seen = [
            line["ordered_at"]
            for line in group
            if line["ordered_at"]
            and info["first_log_date"] <= line["ordered_at"].date() <= info["last_log_date"]
        ]
        times = [order["ordered_at"] for order in theirs]
        rows.append(
            {
                "customer_id": customer_id,
                "country": commonest(line["country"] for line in group),
                "source_lines": len(group),
                "orders": len(theirs),
                "orders_fully_returned": sum(order["is_fully_returned"] for order in theirs),
                "gross_amount": total(theirs, "gross_amount"),
                "net_amount": total(theirs, "net_amount"),
                "first_seen_at": min(seen, default=None),
                "last_seen_at": max(seen, default=None),
                "first_ordered_at": min(times, default=None),
                "last_ordered_at": max(times, default=None),
            }
        )
    return rows


def customer_rfm(ordered, info, rules):
    kept = [row for row in ordered if not row["is_guest"] and not row["is_fully_returned"]]
    rows = [
        {
            "customer_id": customer_id,
            "recency_days": (info["as_of"] - max(row["ordered_at"] for row in group).date()).days,
            "frequency_orders": len(group),
            "monetary_amount": total(group, "net_amount"),
        }
        for (customer_id,), group in grouped(kept, "customer_id").items()
    ]
    for row in rows:
        scores = {}
        for measure, column in MEASURES.items():
            better = -1 if measure == "recency" else 1
            worse = [other for other in rows if better * (row[column] - other[column]) > 0]
            scores[measure] = 1 + 5 * len(worse) // len(rows)
            row[f"{measure}_score"] = scores[measure]
        row["rfm_segment"] = next(
            rule["rfm_segment"]
            for rule in rules.rfm_segments
            if all(
                int(rule[f"{measure}_from"]) <= score <= int(rule[f"{measure}_to"])
                for measure, score in scores.items()
            )
        )
        row["is_outlier"] = any(
            is_beyond_fences(row[column], [other[column] for other in rows], rules)
            for column in ("frequency_orders", "monetary_amount")
        )
    return rows


def is_beyond_fences(value, values, rules):
    """Whether the logarithm of a value lies too far outside the middle half of the others'."""
    logarithms = sorted(math.log1p(each) for each in values)
    low, high = quartile(logarithms, 1), quartile(logarithms, 3)
    outside = max(low - math.log1p(value), math.log1p(value) - high)
    # As far as the fence is within it, whatever the last bits of logarithms.
    return high > low and outside > rules.settings["outlier_fence"] * (high - low) + 1e-12


def quartile(values, number):
    """A quartile of sorted values; between two of them in proportion."""
    place = (len(values) - 1) * number / 4
    below, above = values[math.floor(place)], values[math.ceil(place)]
    return below + (above - below) * (place % 1)


def rfm_cut_points(scored):
    rows = []
    for measure, column in MEASURES.items():
        for (score,), group in grouped(scored, f"{measure}_score").items():
            rows.append(
                {
                    "measure": measure,
                    "score": score,
                    "customers": len(group),
                    "lowest_value": min(row[column] for row in group),
                    "highest_value": max(row[column] for row in group),
                }
            )
    return rows


def sales_by_month(ordered, sold, pieces, info):
    goods = {row["line_id"] for row in sold}
    rows = []
    start = info["first_log_date"].replace(day=1)
    while start < info["as_of"]:
        end = (start + 31 * DAY).replace(day=1)
        of_month = [row for row in ordered if start <= row["ordered_at"].date() < end]
        credited = [row for row in pieces if start <= row["credited_at"].date() < end]
        of_goods = [row for row in credited if row["purchase_line_id"] in goods]
        gross_amount, net_amount = total(of_month, "gross_amount"), total(of_month, "net_amount")
        rows.append(
            {
                "month_start": start,
                "orders": len(of_month),
                "customers": len({row["customer_id"] for row in of_month} - {None}),
                "units": total(of_month, "units"),
                "gross_amount": gross_amount,
                "returned_amount_at_sale": gross_amount - net_amount,
                "net_amount": net_amount,
                "returned_amount_at_credit": total(of_goods, "amount"),
                "other_amount_at_credit": total(credited, "amount") - total(of_goods, "amount"),
                "is_partial": info["first_log_date"] > start or info["as_of"] < end,
            }
        )
        start = end
    return rows
