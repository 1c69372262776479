"""Who buys in the shop, on which days, and what is in the basket.

Four archetypes of customers are planted. They differ in how lately, how often and for how
much they buy; how much goes into the first basket already tells something about the rest.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import NamedTuple

from sample.catalogue import (
    THEMES,
    Catalogue,
    Product,
    product_from,
    retail_price,
    wholesale_price,
)
from sample.draws import (
    between,
    exponential,
    happens,
    log_normal,
    pick,
    pick_cumulative,
    pick_weighted,
    shuffled,
    whole,
)
from sample.shop import HOME, LAST_DAY, Invoice, Item, date_of, moment, open_date

ARCHETYPES = ("champions", "regulars", "newcomers", "lapsed")

# Two kinds of customers besides, without a planted archetype: nothing they bought is left.
RETURNED_EVERYTHING = "returned everything"
CREDIT_NOTES_ONLY = "credit notes only"

CUSTOMERS_OF = {
    "champions": 144,
    "regulars": 360,
    "newcomers": 300,
    "lapsed": 396,
    RETURNED_EVERYTHING: 6,
    CREDIT_NOTES_ONLY: 8,
}

# Median number of lines in a basket, and median GBP of a line.
LINES_OF = {"champions": 6.9, "regulars": 5.0, "newcomers": 4.3, "lapsed": 4.0}
LINE_VALUE_OF = {"champions": 20.0, "regulars": 15.0, "newcomers": 12.5, "lapsed": 12.0}
USUAL_LINES = 4.0
USUAL_LINE_VALUE = 12.0

HOME_SHARE = 0.89
SHARES_ABROAD = {
    "Germany": 18,
    "France": 17,
    "EIRE": 12,
    "Spain": 7,
    "Netherlands": 6,
    "Belgium": 6,
    "Switzerland": 6,
    "Portugal": 5,
    "Australia": 4,
    "Channel Islands": 4,
    "Italy": 4,
    "Norway": 4,
    "Austria": 3,
    "Finland": 3,
    "Sweden": 3,
    "Cyprus": 2,
    "Denmark": 2,
    "Japan": 2,
    "Poland": 2,
    "USA": 2,
    "Canada": 1,
    "European Community": 1,
    "Greece": 1,
    "Iceland": 1,
    "Israel": 1,
    "Malta": 1,
    "RSA": 1,
    "Singapore": 1,
    "United Arab Emirates": 1,
}
MOVED_CUSTOMERS = 4

GUEST_INVOICES = 690
GUEST_SHARES_ABROAD = {"EIRE": 5, "Hong Kong": 3, "Unspecified": 3, "Germany": 2}
GUEST_HOME_SHARE = 0.94

# How full baskets are in each month, from January to December.
SEASON = (0.8, 0.8, 0.9, 0.9, 0.95, 0.95, 0.9, 0.95, 1.1, 1.3, 1.45, 1.2)

PACKS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 36, 48, 60, 72, 96, 120, 144, 192, 240, 288)


class Customer(NamedTuple):
    """A customer; a guest is one without an identifier.

    Lines and value are medians of a basket's number of lines and a line's GBP.
    """

    customer_id: str | None
    archetype: str | None
    country: str
    next_country: str | None
    favourite_themes: tuple[str, ...]
    lines: float
    line_value: float


def customers(random: Random) -> list[Customer]:
    """Draw all customers with an identifier, the archetypes mixed."""
    kinds = [kind for kind, count in CUSTOMERS_OF.items() for _ in range(count)]
    identifiers = shuffled(random, range(12346, 18288))
    people = [
        _customer(random, str(identifier), kind)
        for identifier, kind in zip(identifiers, shuffled(random, kinds), strict=False)
    ]
    return _with_each_country(_with_moves(people))


def orders_of(random: Random, shelves: Catalogue, customer: Customer) -> list[Invoice]:
    """Draw the orders of a customer, oldest first."""
    days = order_days(random, customer.archetype)
    return [
        Invoice(
            prefix="",
            issued_at=moment(random, open_date(random, day)),
            customer_id=customer.customer_id,
            country=_country_of_order(customer, position, len(days)),
            items=basket(random, shelves, customer, date_of(day).month),
        )
        for position, day in enumerate(days)
    ]


def guest_orders(random: Random, shelves: Catalogue) -> list[Invoice]:
    """Draw the orders of guests: small ones by hand and long ones from the web shop."""
    return [_guest_order(random, shelves, day) for day in guest_days(random)]


def order_days(random: Random, archetype: str) -> list[int]:
    """Draw the days of a customer's orders, counted from the log's first date."""
    days_of = {
        "champions": _champion_days,
        "regulars": _regular_days,
        "newcomers": _newcomer_days,
        "lapsed": _lapsed_days,
        RETURNED_EVERYTHING: _lapsed_days,
        CREDIT_NOTES_ONLY: lambda _: [],
    }
    return days_of[archetype](random)


def guest_days(random: Random) -> list[int]:
    """Draw the days of guests' orders, more in the busy months and one at each end of the log."""
    days = range(LAST_DAY + 1)
    busyness = list(accumulate(SEASON[date_of(day).month - 1] ** 2 for day in days))
    drawn = (pick_cumulative(random, days, busyness) for _ in range(GUEST_INVOICES))
    return sorted([0, *drawn, LAST_DAY])


def basket(random: Random, shelves: Catalogue, customer: Customer, month: int) -> tuple[Item, ...]:
    """Fill the lines of one order, each product once.

    An order has a main theme among the customer's favourites, which two thirds of its
    lines come from; half of the others are from any favourite, half from anywhere.
    """
    season = SEASON[month - 1]
    wanted = max(1, round(log_normal(random, customer.lines * season, 0.45)))
    main_theme = _theme(random, customer.favourite_themes, month)
    products: dict[str, Product] = {}
    for _ in range(wanted):
        theme = _theme_of_line(random, customer, main_theme, month)
        product = product_from(random, shelves, theme)
        products[product.code] = product
    return tuple(_item(random, customer, product) for product in products.values())


def quantity_worth(value: float, price: Decimal) -> int:
    """Choose the pack whose price is nearest to a value.

    Examples
    --------
    >>> quantity_worth(20.0, Decimal("1.65"))
    12
    """
    return min(PACKS, key=lambda pack: abs(pack - value / float(price)))


def _customer(random: Random, customer_id: str, kind: str) -> Customer:
    return Customer(
        customer_id=customer_id,
        archetype=kind,
        country=_country(random, HOME_SHARE, SHARES_ABROAD),
        next_country=None,
        favourite_themes=_favourite_themes(random),
        lines=log_normal(random, LINES_OF.get(kind, USUAL_LINES), 0.25),
        line_value=log_normal(random, LINE_VALUE_OF.get(kind, USUAL_LINE_VALUE), 0.45),
    )


def _country(random: Random, home_share: float, shares: dict[str, int]) -> str:
    if happens(random, home_share):
        return HOME
    return pick_weighted(random, tuple(shares), tuple(shares.values()))


def _favourite_themes(random: Random) -> tuple[str, ...]:
    """One or two themes; nobody lives on Christmas alone."""
    first, second = shuffled(random, THEMES)[:2]
    if first == "christmas" or happens(random, 0.5):
        return (first, second)
    return (first,)


def _with_moves(people: list[Customer]) -> list[Customer]:
    """Move a few regulars of the home country abroad halfway through their orders."""
    movers = [
        person.customer_id
        for person in people
        if person.archetype == "regulars" and person.country == HOME
    ][:MOVED_CUSTOMERS]
    destinations = dict(zip(movers, SHARES_ABROAD, strict=False))
    return [person._replace(next_country=destinations.get(person.customer_id)) for person in people]


def _with_each_country(people: list[Customer]) -> list[Customer]:
    """Move the last home customers to the countries that the draw left out."""
    missing = [
        country
        for country in SHARES_ABROAD
        if not any(person.country == country for person in people)
    ]
    at_home = [
        person.customer_id
        for person in people
        if person.country == HOME and person.archetype in ARCHETYPES
    ]
    homes = dict(zip(reversed(at_home), missing, strict=False))
    return [
        person._replace(country=homes.get(person.customer_id, person.country)) for person in people
    ]


def _country_of_order(customer: Customer, position: int, orders: int) -> str:
    has_moved = customer.next_country is not None and position >= orders // 2
    return customer.next_country if has_moved else customer.country


def _champion_days(random: Random) -> list[int]:
    """Order every two or three weeks until the log's end, at least twenty times."""
    last = LAST_DAY - whole(random, 3, 14)
    interval = between(random, 14.0, 20.0)
    orders = whole(random, 20, min(27, int(last / interval) + 1))
    earlier = (
        round(last - position * interval + between(random, -3.0, 3.0))
        for position in range(1, orders)
    )
    return sorted([last, *(max(0, day) for day in earlier)])


def _regular_days(random: Random) -> list[int]:
    """Order five to nine times at irregular intervals of ten days or more."""
    orders = whole(random, 5, 9)
    last = LAST_DAY - whole(random, 8, 54)
    first = int((last - 12 * (orders - 1)) * random.random() ** 0.75)
    slack = last - first - 10 * (orders - 1)
    offsets = sorted(whole(random, 0, slack) for _ in range(orders - 2))
    between_them = (first + offset + 10 * position for position, offset in enumerate(offsets, 1))
    return [first, *between_them, last]


def _newcomer_days(random: Random) -> list[int]:
    """Order for the first time in the last 75 days and sometimes once more."""
    days_left = whole(random, 6, 75)
    first = LAST_DAY - days_left
    if days_left >= 20 and happens(random, 0.4):
        return [first, first + whole(random, 10, days_left - 6)]
    return [first]


def _lapsed_days(random: Random) -> list[int]:
    """Order up to three times, for the last time six to thirteen months before the end."""
    days = [LAST_DAY - whole(random, 185, 390)]
    for _ in range(pick_weighted(random, (0, 1, 2), (45, 35, 20))):
        days.append(days[-1] - 10 - int(exponential(random, 40.0)))
    return sorted(day for day in days if day >= 0)


def _theme_of_line(random: Random, customer: Customer, main_theme: str, month: int) -> str:
    chance = random.random()
    if chance < 0.67:
        return main_theme
    if chance < 0.83:
        return _theme(random, customer.favourite_themes, month)
    return _theme(random, THEMES, month)


def _theme(random: Random, themes: tuple[str, ...], month: int) -> str:
    """One of the themes, each in its season."""
    return pick_weighted(random, themes, [_in_season(theme, month) for theme in themes])


def _in_season(theme: str, month: int) -> float:
    if theme == "christmas":
        return 1.6 if month >= 9 else 0.12
    if theme == "garden":
        return 1.2 if 3 <= month <= 8 else 0.5
    return 0.8


def _item(random: Random, customer: Customer, product: Product) -> Item:
    value = log_normal(random, customer.line_value, 0.6)
    quantity = quantity_worth(value, product.price)
    is_guest = customer.customer_id is None
    price = retail_price(product) if is_guest else wholesale_price(product, quantity)
    return Item(product.code, _spelling(random, product), quantity, price)


def _spelling(random: Random, product: Product) -> str:
    """Mostly the usual spelling of the description."""
    usual, *others = product.spellings
    return pick(random, others) if others and happens(random, 0.2) else usual


def _guest_order(random: Random, shelves: Catalogue, day: int) -> Invoice:
    is_from_web_shop = happens(random, 0.35)
    guest = Customer(
        customer_id=None,
        archetype=None,
        country=HOME
        if is_from_web_shop
        else _country(random, GUEST_HOME_SHARE, GUEST_SHARES_ABROAD),
        next_country=None,
        favourite_themes=_favourite_themes(random),
        lines=36.0 if is_from_web_shop else 4.0,
        line_value=5.0,
    )
    return Invoice(
        prefix="",
        issued_at=moment(random, open_date(random, day)),
        customer_id=None,
        country=guest.country,
        items=basket(random, shelves, guest, date_of(day).month),
    )
