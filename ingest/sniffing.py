"""Guesses about an unknown log: how it is written, what its columns mean, what marks a credit.

A build never guesses; `make check` does, and proposes settings for the user to confirm.
"""

import codecs
import csv
import difflib
import itertools
import re
from collections import Counter
from datetime import datetime

SYNONYMS = {
    "order_id": "invoiceno invoice invoiceid invoicenumber orderid order ordernumber orderno "
    "transactionid receiptid receipt basketid bestellnummer rechnungsnummer",
    "product_id": "stockcode sku productid productcode itemid itemcode articleid article "
    "lineitemsku artikelnummer",
    "description": "description productname productdescription itemname product title "
    "lineitemname name bezeichnung",
    "quantity": "quantity qty units lineitemquantity menge anzahl",
    "ordered_at": "invoicedate orderdate orderedat createdat purchasedate transactiondate date "
    "datetime timestamp datum",
    "unit_price": "unitprice price itemprice lineitemprice einzelpreis preis",
    "line_total": "linetotal lineamount total amount revenue sales subtotal value gesamtpreis",
    "customer_id": "customerid customer custid customernumber clientid userid customeremail email "
    "kundennummer",
    "country": "country shippingcountry billingcountry land",
    "status": "status orderstatus financialstatus state",
    "currency": "currency currencycode waehrung",
}
TIMES = (" %H:%M", " %H:%M:%S", "")
# Dates that some would read day first and others month first.
AMBIGUOUS_DATE_FORMATS = [
    f"{date}{time}"
    for date in (
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%d/%m/%y",
        "%m/%d/%y",
    )
    for time in TIMES
]
DATE_FORMATS = [*AMBIGUOUS_DATE_FORMATS, *(f"%Y/%m/%d{time}" for time in TIMES), "%Y%m%d"]
# How far from UTC a time in ISO is.
OFFSET = re.compile(r"(:[\d.]+) *([+-]\d\d(:?\d\d)?|Z)$")
REFUND = re.compile("refund|return|retour|credit", re.IGNORECASE)


def encoding_of(content, is_whole=True):
    """Guess how text was written.

    Parameters
    ----------
    content : bytes
    is_whole : bool
        Whether it ends where the file ends, and not perhaps within a letter.

    Returns
    -------
    str

    Examples
    --------
    >>> encoding_of("Café".encode()), encoding_of("Café".encode("cp1252"))
    ('utf-8', 'cp1252')
    >>> encoding_of("Café".encode("utf-16"))
    'utf-16'
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final=is_whole)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def delimiter_of(lines):
    """Guess what parts the columns: what splits most lines into as many as it does the first.

    Examples
    --------
    >>> delimiter_of(["a;b;c", "1;2,5;3", "4;1,5;'x,y'"])
    ';'
    """

    def agreement(delimiter):
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        alike = sum(width == widths[0] for width in widths) / len(widths)
        return (widths[0] > 1 and alike > 0.9, widths[0])

    return max(",;\t|", key=agreement)


def columns_of(names):
    """Guess which column holds what, by its name.

    Parameters
    ----------
    names : list of str
        The log's columns.

    Returns
    -------
    dict of str to (str or None)
        The log's name for each column that the models use.

    Examples
    --------
    >>> found = columns_of(["Invoice", "Customer ID", "Qty", "Order date", "Amount"])
    >>> [name for name, column in found.items() if column]
    ['order_id', 'quantity', 'ordered_at', 'line_total', 'customer_id']
    """
    plain = {re.sub(r"[\W_]", "", name.lower()): name for name in names}
    found = dict.fromkeys(SYNONYMS)
    for column, synonyms in SYNONYMS.items():
        for synonym in synonyms.split():
            if synonym in plain:
                found[column] = plain.pop(synonym)
                break
    for column, synonyms in SYNONYMS.items():
        if found[column] is None and column != "line_total":
            for synonym in synonyms.split():
                if close := difflib.get_close_matches(synonym, plain, n=1, cutoff=0.85):
                    found[column] = plain.pop(close[0])
                    break
    if found["unit_price"] is not None:
        found["line_total"] = None
    return found


def date_formats_of(texts):
    """Guess how dates are written.

    Parameters
    ----------
    texts : list of str
        Dates, none of them empty.

    Returns
    -------
    list of (str or None)
        Formats that nearly all texts fit, None being ISO; several where day and month fit either
        way round, none where nothing fits.

    Examples
    --------
    >>> date_formats_of(["2011-10-31 08:26:00"]), date_formats_of(["31/10/2011"])
    ([None], ['%d/%m/%Y'])
    >>> date_formats_of(["1/10/2011 10:04"])
    ['%d/%m/%Y %H:%M', '%m/%d/%Y %H:%M']
    """
    texts = list(dict.fromkeys(texts))
    most = 0.01 * len(texts)

    def fits(date_format):
        misfits = (1 for text in texts if date_of(text, date_format) is None)
        # One too many is enough.
        return sum(itertools.islice(misfits, int(most) + 1)) <= most

    return [date_format for date_format in (None, *DATE_FORMATS) if texts and fits(date_format)]


def date_of(text, date_format):
    """Read a date by the clock that it was written by; None where it does not fit."""
    try:
        if date_format is None:
            text = OFFSET.sub(r"\1", text)
            return datetime.fromisoformat(text).replace(tzinfo=None) if "-" in text else None
        return datetime.strptime(text, date_format)
    except ValueError:
        return None


def separators_of(texts):
    """Guess what numbers are written with: the decimal and the thousands separator.

    Examples
    --------
    >>> separators_of(["1.5", "2"]), separators_of(["1,5"]), separators_of(["1,234.50", "2"])
    (('.', ''), (',', ''), ('.', ','))
    """
    counts = Counter(texts)

    def readable(separators):
        return sum(
            count for text, count in counts.items() if number_of(text, *separators) is not None
        )

    return max([(".", ""), (",", ""), (".", ","), (",", ".")], key=readable)


def number_of(text, decimal, thousands):
    """Read a number; None where it is none.

    Examples
    --------
    >>> number_of("-1.234,50", ",", "."), number_of("1.5", ",", ""), number_of("1,2,3", ".", ",")
    (-1234.5, None, None)
    """
    grouped = rf"\d{{1,3}}({re.escape(thousands)}\d{{3}})+|" if thousands else ""
    if not re.fullmatch(rf"[-+]?({grouped}\d*)({re.escape(decimal)}\d*)?(e[-+]?\d+)?", text, re.I):
        return None
    plain = text.replace(thousands, "") if thousands else text
    try:
        return float(plain.replace(decimal, "."))
    except ValueError:
        return None


def credit_marker_of(orders, quantities, statuses):
    """Guess what marks a credit.

    Parameters
    ----------
    orders, statuses : list of str
        Of each row; empty where it has none.
    quantities : list of (float or None)
        Of each row.

    Returns
    -------
    dict
        The settings `credit_marker` and what it needs.

    Examples
    --------
    >>> credit_marker_of(["1", "C2"], [3.0, -1.0], ["", ""])
    {'credit_marker': 'prefix', 'credit_prefix': 'C'}
    >>> credit_marker_of(["1", "2"], [3.0, -1.0], ["", ""])
    {'credit_marker': 'negative_quantity'}
    >>> credit_marker_of(["1", "2"], [3.0, 1.0], ["paid", "Refunded"])
    {'credit_marker': 'status', 'credit_statuses': ['refunded']}
    """
    refunds = sorted({status.lower() for status in statuses if REFUND.search(status)})
    if refunds:
        return {"credit_marker": "status", "credit_statuses": refunds}
    starts = {}
    for order, quantity in zip(orders, quantities, strict=True):
        start = re.match("[A-Za-z]*", order)[0].upper()
        taken, given_back = starts.get(start, (0, 0))
        is_back = (quantity or 0) < 0
        starts[start] = (taken + (not is_back), given_back + is_back)
    prefixes = [
        start
        for start, (taken, back) in starts.items()
        if start and back > 99 * taken and 2 * back > sum(b for _, b in starts.values())
    ]
    if prefixes:
        return {"credit_marker": "prefix", "credit_prefix": prefixes[0]}
    return {"credit_marker": "negative_quantity"}
