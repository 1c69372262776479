"""What else is in a real log: charges, stock adjustments, oddities, clerks' slips.

The functions over orders return them changed, those without orders return invoices of
their own, and those over lines spoil finished ones of the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random

from sample.catalogue import THEMES, Catalogue, product_from
from sample.customers import ARCHETYPES, Customer
from sample.draws import happens, log_normal, pick, shuffled, whole
from sample.shop import HOME, LAST_DAY, Invoice, Item, Line, moment, open_date

POSTAGE = Item("POST", "POSTAGE", 1, Decimal("18.00"))
CARRIAGE = Item("C2", "CARRIAGE", 1, Decimal("50.00"))
VOUCHERS = (
    Item("gift_0001_20", "Dotcomgiftshop Gift Voucher £20.00", 1, Decimal("16.67")),
    Item("gift_0001_30", "Dotcomgiftshop Gift Voucher £30.00", 1, Decimal("25.00")),
)
POSTAGE_SHARE = 0.65
CARRIAGE_SHARE = 0.2
WEB_SHOP_LINES = 25
WEB_SHOP_POSTAGE_SHARE = 0.6
MANUAL_SHARE = 0.006
FREE_SAMPLE_SHARE = 0.009
THIRD_DECIMAL_SHARE = 0.00025

WHOLESALE_LINES = 8
WHOLESALE_QUANTITIES = (600, 720, 960, 1200, 1440, 2400, 3000, 4800)
CANCELLED_QUANTITY = 12960
CANCELLED_PRICE = Decimal("0.70")
CANCELLED_DAY = 393

STOCK_WRITTEN_OFF = 300
STOCK_FOUND = 25
REASONS_WRITTEN_OFF = (
    *("damaged", "damaged", "damaged", "damages", "?", "?", "??", "lost", "lost"),
    *(None, None, None, None, "check", "missing", "thrown away", "smashed", "wet"),
    *("wrongly coded", "sold as 1", "mouldy, thrown away.", "<unsaleable>"),
)
REASONS_FOUND = ("found", "check", "Found in w/hse", "came coded as 20713", None)

MANUAL_CREDITS = 18
BANK_CHARGES = 14
MARKETPLACE_FEES = 12
SAMPLES_GIVEN = 16
VOUCHERS_SOLD = 14
BAD_DEBTS = (Decimal("6842.37"), Decimal("-6842.37"), Decimal("1204.50"))
BAD_DEBT_DAY = 286

BLANKS = (" {}", "{} ", "{}  ")

REPEATED_SHARE = 0.0098
MINUTE_CROSSED_SHARE = 0.008
BLANKS_IN_DESCRIPTION_SHARE = 0.005
BLANKS_IN_CODE_SHARE = 0.001
LOWER_CASE_SHARE = 0.02
BLANKS_IN_CUSTOMER_SHARE = 0.0008
DECIMAL_CUSTOMER_SHARE = 0.0008

# Field, value and number of the lines that are made invalid.
INVALID_LINES = (
    ("quantity", 0, 5),
    ("invoiced_at", None, 4),
    ("unit_price", None, 3),
    ("stock_code", None, 3),
)


def with_large_quantities(
    random: Random, people: list[Customer], orders: list[Invoice]
) -> list[Invoice]:
    """Let champions order very large quantities of a few cheap products."""
    champions = {person.customer_id for person in people if person.archetype == "champions"}
    candidates = [
        (position, order.items.index(item))
        for position, order in enumerate(orders)
        if order.customer_id in champions
        for item in order.items
        if item.price < 1
    ]
    chosen = dict(shuffled(random, candidates)[:WHOLESALE_LINES])
    return [
        _with_quantity(order, chosen[position], pick(random, WHOLESALE_QUANTITIES))
        if position in chosen
        else order
        for position, order in enumerate(orders)
    ]


def with_third_decimals(random: Random, orders: list[Invoice]) -> list[Invoice]:
    """Take half a penny off the price of a few lines."""
    half_penny = Decimal("0.005")
    return [
        order._replace(
            items=tuple(
                item._replace(price=item.price - half_penny)
                if happens(random, THIRD_DECIMAL_SHARE)
                else item
                for item in order.items
            )
        )
        for order in orders
    ]


def with_free_samples(random: Random, shelves: Catalogue, orders: list[Invoice]) -> list[Invoice]:
    """Put a product at no price into a few orders of known customers."""
    return [
        _with_items(order, [_free_sample(random, shelves)])
        if order.customer_id is not None and happens(random, FREE_SAMPLE_SHARE)
        else order
        for order in orders
    ]


def with_charges(random: Random, orders: list[Invoice]) -> list[Invoice]:
    """Add postage, carriage and amounts entered by hand to the orders."""
    return [_with_items(order, _charges(random, order)) for order in orders]


def cancelled_order(random: Random, shelves: Catalogue, people: list[Customer]) -> list[Invoice]:
    """Book a huge order by mistake and its credit note a few minutes later."""
    customer = next(person for person in people if person.archetype == "regulars")
    product = next(
        product for product in shelves["stationery"].products if product.price < CANCELLED_PRICE
    )
    item = Item(product.code, product.spellings[0], CANCELLED_QUANTITY, product.price)
    ordered_at = moment(random, open_date(random, CANCELLED_DAY))
    order = Invoice("", ordered_at, customer.customer_id, customer.country, (item,))
    credit_note = order._replace(
        prefix="C",
        issued_at=ordered_at + timedelta(minutes=12),
        items=(item._replace(quantity=-CANCELLED_QUANTITY),),
    )
    return [order, credit_note]


def stock_adjustments(random: Random, shelves: Catalogue) -> Iterator[Invoice]:
    """Book goods written off and found again as invoices to nobody at no price."""
    for _ in range(STOCK_WRITTEN_OFF):
        quantity = -round(log_normal(random, 12.0, 1.2) + 0.5)
        yield _adjustment(random, shelves, quantity, pick(random, REASONS_WRITTEN_OFF))
    for _ in range(STOCK_FOUND):
        quantity = round(log_normal(random, 12.0, 1.0) + 0.5)
        yield _adjustment(random, shelves, quantity, pick(random, REASONS_FOUND))


def bookkeeping(random: Random, people: list[Customer]) -> Iterator[Invoice]:
    """Book fees, samples, vouchers, corrections by hand and bad debts, each by itself."""
    planted = [person for person in people if person.archetype in ARCHETYPES]
    for person in shuffled(random, planted)[:MANUAL_CREDITS]:
        item = Item("M", "Manual", -1, _amount(random, 12.0))
        yield _booked(random, "C", item)._replace(
            customer_id=person.customer_id, country=person.country
        )
    for _ in range(BANK_CHARGES):
        if happens(random, 0.6):
            yield _booked(random, "", Item("BANK CHARGES", "Bank Charges", 1, Decimal("15.00")))
        else:
            amount = _amount(random, 300.0)
            yield _booked(random, "C", Item("BANK CHARGES", "Bank Charges", -1, amount))
    for _ in range(MARKETPLACE_FEES):
        amount = _amount(random, 900.0)
        yield _booked(random, "C", Item("AMAZONFEE", "AMAZON FEE", -1, amount))
    for _ in range(SAMPLES_GIVEN):
        yield _booked(random, "C", Item("S", "SAMPLES", -1, _amount(random, 25.0)))
    for _ in range(VOUCHERS_SOLD):
        yield _booked(random, "", pick(random, VOUCHERS))
    for amount in BAD_DEBTS:
        item = Item("B", "Adjust bad debt", 1, amount)
        yield _booked(random, "A", item, BAD_DEBT_DAY)


def lines_of(random: Random, invoice: Invoice, number: int) -> list[Line]:
    """Write the lines of an invoice; in a few the clock moves on before the end."""
    on_time = len(invoice.items)
    if on_time >= 3 and happens(random, MINUTE_CROSSED_SHARE):
        on_time = whole(random, 1, on_time - 1)
    return [
        Line(
            invoice_number=f"{invoice.prefix}{number}",
            stock_code=item.code,
            description=item.description,
            quantity=item.quantity,
            invoiced_at=invoice.issued_at + timedelta(minutes=int(position >= on_time)),
            unit_price=item.price.quantize(Decimal("0.001")),
            customer_id=invoice.customer_id,
            country=invoice.country,
        )
        for position, item in enumerate(invoice.items)
    ]


def misspelled(random: Random, line: Line) -> Line:
    """Put blanks, small letters or decimals into some lines where they don't belong."""
    description, code, customer_id = line.description, line.stock_code, line.customer_id
    if description is not None and happens(random, BLANKS_IN_DESCRIPTION_SHARE):
        description = pick(random, BLANKS).format(description)
    if is_product(code) and happens(random, LOWER_CASE_SHARE):
        code = code.lower()
    if happens(random, BLANKS_IN_CODE_SHARE):
        code = pick(random, BLANKS).format(code)
    if customer_id is not None and happens(random, BLANKS_IN_CUSTOMER_SHARE):
        customer_id = pick(random, BLANKS).format(customer_id)
    elif customer_id is not None and happens(random, DECIMAL_CUSTOMER_SHARE):
        customer_id = f"{customer_id}.0"
    return line._replace(description=description, stock_code=code, customer_id=customer_id)


def with_invalid_lines(random: Random, lines: list[Line]) -> list[Line]:
    """Make a value missing or void in a few sales of products."""
    sales = [
        position
        for position, line in enumerate(lines)
        if is_product(line.stock_code) and line.quantity > 0 and line.unit_price > 0
    ]
    positions = iter(shuffled(random, sales))
    changes = {
        next(positions): {field: value}
        for field, value, count in INVALID_LINES
        for _ in range(count)
    }
    return [line._replace(**changes.get(position, {})) for position, line in enumerate(lines)]


def with_repeated_lines(random: Random, lines: list[Line]) -> Iterator[Line]:
    """Repeat a few valid lines exactly, mostly once and rarely twice."""
    for line in lines:
        yield line
        if is_valid(line) and happens(random, REPEATED_SHARE):
            yield line
            if happens(random, 0.05):
                yield line


def is_product(code: str) -> bool:
    """Whether a code is a product's and not a service's."""
    return code.strip()[0].isdigit()


def is_valid(line: Line) -> bool:
    """Whether nothing in a line is missing or void that a line must have."""
    required = (line.stock_code, line.invoiced_at, line.unit_price)
    return line.quantity != 0 and None not in required


def _with_quantity(order: Invoice, position: int, quantity: int) -> Invoice:
    items = list(order.items)
    items[position] = items[position]._replace(quantity=quantity)
    return order._replace(items=tuple(items))


def _with_items(order: Invoice, added: list[Item]) -> Invoice:
    """Add items to an order, except products it has already."""
    codes = {item.code for item in order.items}
    new_items = (item for item in added if item.code not in codes)
    return order._replace(items=(*order.items, *new_items))


def _free_sample(random: Random, shelves: Catalogue) -> Item:
    product = product_from(random, shelves, pick(random, THEMES))
    quantity = pick(random, (1, 1, 1, 2, 6, 12))
    return Item(product.code, product.spellings[0], quantity, Decimal(0))


def _charges(random: Random, order: Invoice) -> list[Item]:
    charges = []
    if order.country in ("EIRE", "Channel Islands"):
        if happens(random, CARRIAGE_SHARE):
            charges.append(CARRIAGE)
    elif order.country != HOME and happens(random, POSTAGE_SHARE):
        charges.append(POSTAGE._replace(quantity=whole(random, 1, 3)))
    is_from_web_shop = order.customer_id is None and len(order.items) >= WEB_SHOP_LINES
    if is_from_web_shop and happens(random, WEB_SHOP_POSTAGE_SHARE):
        charges.append(Item("DOT", "DOTCOM POSTAGE", 1, _amount(random, 60.0)))
    if happens(random, MANUAL_SHARE):
        code = "m" if happens(random, 0.2) else "M"
        charges.append(Item(code, "Manual", 1, _amount(random, 10.0)))
    return charges


def _adjustment(random: Random, shelves: Catalogue, quantity: int, reason: str | None) -> Invoice:
    product = product_from(random, shelves, pick(random, THEMES))
    return _booked(random, "", Item(product.code, reason, quantity, Decimal(0)))


def _booked(random: Random, prefix: str, item: Item, day: int | None = None) -> Invoice:
    """Book an invoice of one line to nobody, on a drawn day unless it is given."""
    booked_on = whole(random, 0, LAST_DAY) if day is None else day
    booked_at = moment(random, open_date(random, booked_on))
    return Invoice(prefix, booked_at, None, HOME, (item,))


def _amount(random: Random, median: float) -> Decimal:
    return Decimal(f"{log_normal(random, median, 0.8):.2f}")
