"""Numbers and months as a reader wants them."""

import math

BLANK = "\N{NO-BREAK SPACE}"


def percent(share):
    r"""Write a share of 1 in per cent.

    >>> percent(0.234), percent(0.0041), percent(1)
    ('23\xa0%', '0.4\xa0%', '100\xa0%')
    >>> percent(0.0000045)
    '<0.1\xa0%'
    """
    if not _known(share):
        return "–"
    if 0 < share < 0.0005:
        return f"<0.1{BLANK}%"
    figure = f"{share:.1%}" if 0 < abs(share) < 0.095 else f"{share:.0%}"
    return figure.replace(".0%", "%").replace("%", BLANK + "%")


def count(number):
    """Write a whole number, thousands apart.

    >>> count(541909), count(None)
    ('541,909', '–')
    """
    return f"{number:,.0f}".replace("-", "−") if _known(number) else "–"


def many(number, thing):
    """Write how many there are of a thing.

    >>> many(1, "customer"), many(1015, "customer")
    ('1 customer', '1,015 customers')
    """
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"


def short(number):
    """Write a number in three or four figures.

    >>> short(9747747.9), short(15430), short(2711.3), short(-513484), short(3.25), short(0)
    ('9.75m', '15.4k', '2,711', '−513k', '3.25', '0')
    """
    if not _known(number):
        return "–"
    number = number or 0  # −0 is nothing too
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        # What would be written 1000k is 1.00m; four figures read better than 2.71k.
        if abs(number) >= (9999.5 if size == 1e3 else size * 0.9995):
            return _three_figures(number / size) + letter
    return _three_figures(number)


def amount(number, currency):
    r"""Write an amount of money in three figures.

    >>> amount(9747747.9, "GBP")
    'GBP\xa09.75m'
    """
    return f"{currency}{BLANK}{short(number)}"


def month(day):
    r"""Write a month.

    >>> import datetime
    >>> month(datetime.date(2011, 11, 30))
    'Nov\xa02011'
    """
    return f"{day:%b}{BLANK}{day:%Y}"


def day(date):
    r"""Write a day.

    >>> import datetime
    >>> day(datetime.date(2011, 9, 1))
    '1\xa0Sep\xa02011'
    """
    return f"{date.day}{BLANK}{month(date)}"


def _three_figures(number):
    digits = (
        0 if number == int(number) or abs(number) >= 99.95 else 1 if abs(number) >= 9.995 else 2
    )
    return f"{number:,.{digits}f}".replace("-", "−")


def _known(number):
    return number is not None and not math.isnan(float(number))
