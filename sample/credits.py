"""Credit notes: what customers bring back, and what a shop grants without any goods.

Most credit notes answer a purchase. The others are the cases a matching of credit notes to
purchases has to stand: more returned than bought, several purchases returned at once, one
purchase credited twice, purchases from before the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from sample.catalogue import THEMES, Catalogue, product_from, wholesale_price
from sample.customers import (
    ARCHETYPES,
    CREDIT_NOTES_ONLY,
    RETURNED_EVERYTHING,
    Customer,
)
from sample.draws import log_normal, pick, shuffled, whole
from sample.shop import FIRST_DATE, LAST_DATE, Invoice, Item, moment, open_date

WHOLE_LINE = "whole line"
PART_OF_LINE = "part of a line"
MORE_THAN_BOUGHT = "more than bought"
SEVERAL_PURCHASES = "several purchases"
CREDITED_TWICE = "credited twice"
BEFORE_PURCHASE = "before the purchase"

# The scarcest kinds of purchases are taken first.
CREDITED_PURCHASES = {
    SEVERAL_PURCHASES: 60,
    BEFORE_PURCHASE: 25,
    MORE_THAN_BOUGHT: 40,
    CREDITED_TWICE: 16,
    PART_OF_LINE: 190,
    WHOLE_LINE: 350,
}

RETURNED_ORDERS = 10
RETURNED_LATEST_ORDERS = 5
NEVER_BOUGHT = 25
GUEST_CREDIT_NOTES = 40
DISCOUNTS = 25

# Days between purchase and return. A quiet or shut shop moves a date a week back at most,
# which leaves every return after its purchase.
SOONEST_RETURN = 8
LATEST_RETURN = 40

Purchase = tuple[Invoice, Item]


def credit_notes(
    random: Random, shelves: Catalogue, people: list[Customer], orders: list[Invoice]
) -> list[Invoice]:
    """Draw all credit notes of the log.

    Parameters
    ----------
    people
        All customers with an identifier.
    orders
        Their orders and those of guests.
    """
    returned = [
        *_orders_of_those_who_returned_everything(people, orders),
        *_orders_returned_in_full(random, people, orders),
    ]
    purchases = _purchases_to_credit(people, orders, returned)
    return [
        *(_return_of_order(random, order) for order in returned),
        *_returns_of_purchases(random, purchases),
        *_returns_of_nothing_bought(random, shelves, people, orders),
        *_returns_without_any_order(random, shelves, people),
        *_returns_of_guests(random, orders),
        *_discounts(random, orders),
    ]


def returned_quantities(random: Random, kind: str, bought: list[int]) -> list[int]:
    """Return the quantities on the credit notes for purchases of a product.

    Examples
    --------
    >>> returned_quantities(Random(1), "credited twice", [12])
    [12, 12]
    """
    newest = bought[-1]
    if kind == PART_OF_LINE:
        return [whole(random, 1, newest - 1)]
    if kind == MORE_THAN_BOUGHT:
        return [sum(bought) + whole(random, 1, newest)]
    if kind == SEVERAL_PURCHASES:
        return [newest + whole(random, 1, bought[-2])]
    if kind == CREDITED_TWICE:
        return [newest, newest]
    return [newest]


def credit_of(item: Item, quantity: int) -> Item:
    """Give a quantity of an item back."""
    return item._replace(quantity=-quantity)


def _orders_of_those_who_returned_everything(
    people: list[Customer], orders: list[Invoice]
) -> list[Invoice]:
    returners = _identifiers(people, RETURNED_EVERYTHING)
    return [order for order in orders if order.customer_id in returners]


def _orders_returned_in_full(
    random: Random, people: list[Customer], orders: list[Invoice]
) -> list[Invoice]:
    """Orders of frequent customers, so that none of them is left without a purchase."""
    frequent = _identifiers(people, "champions", "regulars")
    latest = {order.customer_id: order for order in orders}
    returnable = [
        order
        for order in shuffled(random, orders)
        if order.customer_id in frequent and _can_be_returned(order)
    ]
    latest_ones = [order for order in returnable if latest[order.customer_id] is order]
    earlier_ones = [order for order in returnable if latest[order.customer_id] is not order]
    return [*latest_ones[:RETURNED_LATEST_ORDERS], *earlier_ones[:RETURNED_ORDERS]]


def _purchases_to_credit(
    people: list[Customer], orders: list[Invoice], returned: list[Invoice]
) -> list[list[Purchase]]:
    """Group the purchases by customer and product.

    Left out are products in orders returned in full, to keep the cases apart, and customers
    of few lines, to leave them something.
    """
    planted = _identifiers(people, *ARCHETYPES)
    purchases: dict[tuple[str, str], list[Purchase]] = {}
    lines: dict[str, int] = {}
    for order in orders:
        if order.customer_id in planted:
            lines[order.customer_id] = lines.get(order.customer_id, 0) + len(order.items)
            for item in order.items:
                key = (order.customer_id, item.code)
                purchases.setdefault(key, []).append((order, item))
    taken = {(order.customer_id, item.code) for order in returned for item in order.items}
    return [
        bought
        for (customer_id, code), bought in purchases.items()
        if lines[customer_id] >= 4 and (customer_id, code) not in taken
    ]


def _returns_of_purchases(random: Random, purchases: list[list[Purchase]]) -> Iterator[Invoice]:
    """Credit notes of each kind for as many purchases as planned, none of them twice."""
    left = shuffled(random, purchases)
    for kind, count in CREDITED_PURCHASES.items():
        suitable = [bought for bought in left if _suits(kind, bought)][:count]
        chosen = {id(bought) for bought in suitable}
        left = [bought for bought in left if id(bought) not in chosen]
        for bought in suitable:
            yield from _returns_of_purchase(random, kind, bought)


def _suits(kind: str, bought: list[Purchase]) -> bool:
    """Whether purchases of a product can be credited in the way of the kind."""
    first_order, _ = bought[0]
    newest_order, newest = bought[-1]
    if kind == BEFORE_PURCHASE:
        return 15 <= (first_order.issued_at.date() - FIRST_DATE).days <= 90
    if not _can_be_returned(newest_order) or newest.quantity > 1000:
        return False
    return {
        WHOLE_LINE: True,
        PART_OF_LINE: newest.quantity > 1,
        MORE_THAN_BOUGHT: True,
        SEVERAL_PURCHASES: len(bought) > 1,
        CREDITED_TWICE: len(bought) == 1,
    }[kind]


def _returns_of_purchase(random: Random, kind: str, bought: list[Purchase]) -> Iterator[Invoice]:
    first_order, _ = bought[0]
    newest_order, newest = bought[-1]
    quantities = [item.quantity for _, item in bought]
    for quantity in returned_quantities(random, kind, quantities):
        items = (credit_of(newest, quantity),)
        if kind == BEFORE_PURCHASE:
            early = (first_order.issued_at.date() - FIRST_DATE).days
            yield _credit_note(random, first_order, whole(random, 3, early - 1), items)
        else:
            yield _credit_note(random, newest_order, _return_day(random, newest_order), items)


def _return_of_order(random: Random, order: Invoice) -> Invoice:
    items = tuple(credit_of(item, item.quantity) for item in order.items)
    return _credit_note(random, order, _return_day(random, order), items)


def _returns_of_nothing_bought(
    random: Random, shelves: Catalogue, people: list[Customer], orders: list[Invoice]
) -> Iterator[Invoice]:
    """Credit notes of early customers for what they must have bought before the log."""
    early = _identifiers(people, "champions", "regulars", "lapsed")
    ever_bought = {(order.customer_id, item.code) for order in orders for item in order.items}
    early_orders = [
        order
        for order in orders
        if order.customer_id in early and (order.issued_at.date() - FIRST_DATE).days <= 60
    ]
    for order in shuffled(random, early_orders)[:NEVER_BOUGHT]:
        item = _item_from_before(random, shelves)
        while (order.customer_id, item.code) in ever_bought:
            item = _item_from_before(random, shelves)
        yield _credit_note(random, order, whole(random, 2, 50), (item,))


def _returns_without_any_order(
    random: Random, shelves: Catalogue, people: list[Customer]
) -> Iterator[Invoice]:
    """Credit notes of customers whose purchases are all from before the log."""
    for person in people:
        if person.archetype == CREDIT_NOTES_ONLY:
            items = {
                item.code: item
                for item in (_item_from_before(random, shelves) for _ in range(whole(random, 1, 4)))
            }
            yield Invoice(
                prefix="C",
                issued_at=moment(random, open_date(random, whole(random, 1, 60))),
                customer_id=person.customer_id,
                country=person.country,
                items=tuple(items.values()),
            )


def _returns_of_guests(random: Random, orders: list[Invoice]) -> Iterator[Invoice]:
    guest_orders = [
        order for order in orders if order.customer_id is None and _can_be_returned(order)
    ]
    for order in shuffled(random, guest_orders)[:GUEST_CREDIT_NOTES]:
        returned = shuffled(random, order.items)[: whole(random, 1, 2)]
        items = tuple(credit_of(item, whole(random, 1, item.quantity)) for item in returned)
        yield _credit_note(random, order, _return_day(random, order), items)


def _discounts(random: Random, orders: list[Invoice]) -> Iterator[Invoice]:
    """Discounts granted after an order, which only exist as credit notes."""
    known = [order for order in orders if order.customer_id is not None and _can_be_returned(order)]
    for order in shuffled(random, known)[:DISCOUNTS]:
        amount = Decimal(f"{log_normal(random, 15.0, 0.8):.2f}")
        items = (Item("D", "Discount", -1, amount),)
        yield _credit_note(random, order, _return_day(random, order), items)


def _credit_note(random: Random, order: Invoice, day: int, items: tuple[Item, ...]) -> Invoice:
    return order._replace(prefix="C", issued_at=moment(random, open_date(random, day)), items=items)


def _return_day(random: Random, order: Invoice) -> int:
    ordered = (order.issued_at.date() - FIRST_DATE).days
    days_left = (LAST_DATE - order.issued_at.date()).days
    return ordered + whole(random, SOONEST_RETURN, min(LATEST_RETURN, days_left))


def _can_be_returned(order: Invoice) -> bool:
    """Whether a return is still within the log."""
    return (LAST_DATE - order.issued_at.date()).days >= SOONEST_RETURN


def _item_from_before(random: Random, shelves: Catalogue) -> Item:
    product = product_from(random, shelves, pick(random, THEMES))
    quantity = pick(random, (1, 1, 2, 3, 4, 6, 12))
    price = wholesale_price(product, quantity)
    return Item(product.code, product.spellings[0], -quantity, price)


def _identifiers(people: list[Customer], *kinds: str) -> set[str]:
    return {person.customer_id for person in people if person.archetype in kinds}
