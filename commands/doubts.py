"""What `make check` doubts: what a build reads without a word, but perhaps not as it was meant."""

import re
from collections import Counter, defaultdict

from commands.terminal import count, cut

# Of at least so many customers the one is named that has this share of the rows.
FEW_CUSTOMERS, MUCH = 5, 0.05
# So many products tell prices of units from amounts of lines.
FEW_PRODUCTS = 10
# What a spreadsheet makes of a long number.
ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
# From this share of orders on it is no slip.
MANY_ORDERS = 0.01


def doubts(log, guest_markers):
    """Say what the user should look at.

    Parameters
    ----------
    log : ingest.unknown_log.UnknownLog
    guest_markers : list of str
        Customer ids that mean "no customer".

    Returns
    -------
    list of str
        Sentences.
    """
    nobody = {"", *guest_markers}
    notes = [*_unknown_columns(log)]
    if len(log.date_formats) > 1:
        notes.append("Day and month fit either way round: choose timestamp_format yourself.")
    if number := log.thousands_by_guess:
        notes.append(_thousands(log, number))
    if not log.is_whole and (shared := _shared_days(log)):
        notes.append(shared)
    if log.overwriting:
        notes.append(_overwriting(log))
    customers = Counter(text for text in log.customers if text.lower() not in nobody)
    notes += [*_orders(log, nobody), *_half_sold(log), *_totals(log), *_prices(log)]
    notes += _rounded_ids(log)
    return [*notes, *_everywhere(log, customers), *_almost_alike(log, customers)]


def _unknown_columns(log):
    if log.columns["customer_id"] is None:
        yield (
            "No column is known for customers: set customer_id_column, or all rows are guests' and "
            "nobody has a segment."
        )
    elif log.columns["order_id"] is None:
        yield (
            "No column is known for orders: what a customer buys at one time is one order; set "
            "order_id_column if the log has one."
        )
    if log.columns["product_id"] is None and (name := log.columns["description"]):
        yield (
            "No column is known for products, so that all of them are one: set product_id_column, "
            f"perhaps to {name}."
        )


def _thousands(log, number):
    decimal, thousands = log.separators
    whole, broken = number.replace(thousands, ""), number.replace(thousands, decimal)
    return (
        f"{number} is taken for {whole}: if it is {broken}, set decimal_separator to "
        f"{thousands!r} and thousands_separator to ''."
    )


def _orders(log, nobody):
    """Find orders that lines of several days or customers make up."""
    if log.columns["order_id"] is None:
        return
    customers, days = defaultdict(set), defaultdict(set)
    rows = zip(log.texts("order_id"), log.customers, log.dates, log.credits(), strict=True)
    for order, customer, date, is_credit in rows:
        # What is given back may come under the number of its order.
        if order and not is_credit:
            customers[order].add("" if customer.lower() in nobody else customer)
            days[order].add(date and date.date())
    found = {
        f"a {log.columns['customer_id']} on some rows only, so that the others are guests': write "
        "it on every row": [
            order for order, of_order in customers.items() if "" in of_order and len(of_order) > 1
        ],
        "several customers: each of them has an order of that number": [
            order for order, of_order in customers.items() if len(of_order - {""}) > 1
        ],
        "lines of several days, of which the first counts: if the shop counts anew each day, put "
        "the day before the number": [
            order for order, of_order in days.items() if len(of_order - {None}) > 1
        ],
    }
    for what, orders in found.items():
        if orders and len(orders) >= MANY_ORDERS * len(customers):
            have = "order, such as {}, has" if len(orders) == 1 else "orders, such as {}, have"
            yield f"{len(orders):,} {have.format(cut(orders[0]))} {what}."


def _half_sold(log):
    """Find orders of which some rows alone say that they were not sold."""
    rows = list(zip(log.texts("order_id"), log.texts("status"), log.was_sold, strict=True))
    untold = {order for order, status, _ in rows if order and not status}
    if orders := sorted({order for order, _, was_sold in rows if not was_sold} & untold):
        yield (
            f"{count(len(orders), 'order', 'orders')}, such as {cut(orders[0])}, with the "
            f"{log.columns['status']} {cut(' or '.join(log.not_sold))} on some rows only, so that "
            "the others count as sold: write it on every row."
        )


def _totals(log):
    """Find amounts of lines that are rather those of the whole order."""
    if log.columns["line_total"] is None:
        return []
    amounts = defaultdict(list)
    for order, amount in zip(log.texts("order_id"), log.texts("line_total"), strict=True):
        amounts[order].append(amount)
    several = [of_order for of_order in amounts.values() if len(of_order) > 1]
    alike = sum(len(set(of_order)) == 1 for of_order in several)
    if len(several) < 10 or alike < 0.9 * len(several):
        return []
    return [
        f"{log.columns['line_total']} is the same on all lines of {alike / len(several):.0%} of "
        "the orders: if it is the order's total, name the price of a unit or the line's own amount."
    ]


def _prices(log):
    """Find prices of units that are rather amounts of lines, and the other way round."""
    sold = defaultdict(set)
    for product, units, price in zip(log.products, log.quantities, log.prices, strict=True):
        if (units or 0) > 0 and (price or 0) > 0:
            sold[product].add((units, price))
    # Of the two the price of a unit has fewer values, in whatever quantities a product is sold.
    by_unit = by_line = 0
    for lines in sold.values():
        if len({units for units, _ in lines}) > 1:
            as_written = len({price for _, price in lines})
            divided = len({round(price / units, 2) for units, price in lines})
            by_unit += as_written < divided
            by_line += divided < as_written
    if by_unit + by_line < FEW_PRODUCTS:
        return
    price, quantity = log.columns[log.price], log.columns["quantity"]
    if log.price == "unit_price" and by_line > 2 * by_unit:
        yield (
            f"{price} grows with {quantity}, as the amount of a line does: if it is one, set "
            f"line_total_column to {price} and unit_price_column to null."
        )
    elif log.price == "line_total" and by_unit > 2 * by_line:
        yield (
            f"{price} is the same whatever the {quantity}, as the price of a unit is: if it is "
            f"one, set unit_price_column to {price} and line_total_column to null."
        )


def _overwriting(log):
    statuses = set(log.overwriting)
    rows = sum(status.lower() in statuses for status in log.texts("status"))
    return (
        f"{count(rows, 'row has', 'rows have')} the {log.columns['status']} "
        f"{cut(' or '.join(log.overwriting))} and no sale beside: it stands in the place of the "
        "sale, so it is not proposed as a credit, and what was given back counts as sold. Deliver "
        "refunds as rows of their own, as sources/shop_export.yml has them, or set "
        "not_sold_statuses to that of orders given back whole."
    )


def _everywhere(log, customers):
    """Name the customer id that so many rows have that it may mean "no customer"."""
    if len(customers) < FEW_CUSTOMERS:
        return []
    (most, rows), (_, next_rows) = customers.most_common(2)
    share = log.share(text == most for text in log.customers)
    if share < MUCH or rows < 5 * next_rows:
        return []
    return [
        f"{share:.1%} of the rows have the {log.columns['customer_id']} {cut(most)}, far more "
        "than any other: if it means no customer, add it to guest_markers, in lower case."
    ]


def _rounded_ids(log):
    """Find columns whose ids a spreadsheet has written as numbers of a few digits."""
    for column in ("order_id", "product_id", "customer_id"):
        rounded = [text for text in log.texts(column) if ROUNDED.fullmatch(text)]
        if rounded:
            yield (
                f"{count(len(rounded), 'row has', 'rows have')} a {log.columns[column]} such as "
                f"{cut(rounded[0])}, which a spreadsheet has rounded, so that several are one: "
                "export it as text."
            )


def _almost_alike(log, customers):
    """Find customer ids that differ in capital letters, or in what nobody sees."""
    spellings = defaultdict(list)
    for customer in customers:
        # Of all blanks Python calls only the usual one printable.
        seen = (letter for letter in customer.casefold() if letter.isprintable() and letter != " ")
        spellings["".join(seen)].append(customer)
    several = [alike for alike in spellings.values() if len(alike) > 1]
    if several:
        example = " and ".join(repr(cut(customer)) for customer in sorted(several[0])[:2])
        yield (
            f"{count(len(several), 'customer', 'customers')} may be written in several ways, such "
            f"as {example}, which a build takes for several customers: write each in one way in "
            f"{log.columns['customer_id']}."
        )


def _shared_days(log):
    """Say which files have days in common: what they share was perhaps not among what was read."""
    dated = sorted(
        (*days, sample.name)
        for sample, days in zip(log.samples, log.days(), strict=True)
        if days is not None
    )
    shared, latest = [], None
    for begin, end, name in dated:
        if latest and begin <= latest[0]:
            shared.append((latest[1], name, begin, min(end, latest[0])))
        latest = max(latest or (end, name), (end, name))
    if not shared:
        return None
    one, other, begin, end = shared[0]
    days = " to ".join(dict.fromkeys((f"{begin:%Y-%m-%d}", f"{end:%Y-%m-%d}")))
    more = f", and {len(shared) - 1} more files share days" if len(shared) > 1 else ""
    return (
        f"{one} and {other} both have rows of {days}{more}: not all of them were read, so more "
        "lines than are counted here may be in two files."
    )
