"""Guesses about an unknown log: how it is written, what its columns mean, what marks a credit.

A build never guesses; `make check` does, and proposes settings for the user to confirm.
"""

import codecs
import csv
import difflib
import re
import unicodedata
from collections import Counter
from datetime import datetime, timedelta

# Plain letters alone: names are compared without accents, blanks and signs.
SYNONYMS = {
    "order_id": "invoiceno invoice invoiceid invoicenumber orderid order ordernumber orderno "
    "transactionid receiptid receipt basketid documentno bestellnummer rechnungsnummer beleg "
    "belegnummer belegnr rechnungsnr bon receiptno amazonorderid facture numerofacture commande "
    "pedido factura ordine ticket ticketnumber ticketno numeroticket",
    "product_id": "stockcode sku productid productcode itemid itemcode itemnumber articleid "
    "article lineitemsku partnumber artikelnummer artikelnr materialnummer material reference "
    "referencia codicearticolo item artikel",
    "description": "description productname productdescription itemname product title "
    "lineitemname name bezeichnung artikelbezeichnung designation libelle descripcion descrizione "
    "itemdescription item article artikel",
    "quantity": "quantity qty units lineitemquantity quantityordered menge anzahl stuck quantite "
    "qte cantidad quantita",
    "ordered_at": "invoicedate orderdate orderedat createdat purchasedate transactiondate date "
    "datetime timestamp bestelldatum rechnungsdatum belegdatum datum datecommande datefacture "
    "fecha",
    "time": "",  # told by its values
    "unit_price": "unitprice price itemprice itemcost priceeach lineitemprice einzelpreis preis "
    "stuckpreis prixunitaire prix pu puttc puht preciounitario precio prezzounitario prezzo",
    "line_total": "linetotal lineamount total amount revenue sales subtotal value gesamtpreis "
    "betrag montant importe importo",
    "customer_id": "customerid customer custid customernumber customercode clientid userid "
    "buyerid buyer customeremail email accountnumber account memberid membernumber member "
    "loyaltyid householdid householdkey kundennummer kundennr kunde client "
    "codeclient cliente",
    "country": "country shippingcountry billingcountry land pays pais paese",
    "status": "status orderstatus financialstatus state",
    "currency": "currency currencycode waehrung wahrung devise moneda valuta",
}
# What stands around values and is no part of them: what the macro `trimmed` takes away.
BLANKS = " \t\n\r\u00a0\u202f\u200b\u200e\u200f\ufeff"
TIMES = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "")
WRITTEN_DATE_FORMATS = [
    f"{date}{time}"
    for date in (
        # Some read the day first, others the month.
        *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y"),
        *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y"),
        *("%Y/%m/%d", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
    )
    for time in TIMES
] + ["%Y%m%d", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%S"]
# Times that are numbers: what they look like (from 2001 to 2286, from 1954 to 2119), where 1970
# begins, and seconds of one.
COUNTED = {
    "unix": (r"[1-9]\d{9}", 0, 1),
    "unix_ms": (r"[1-9]\d{12}", 0, 0.001),
    "excel": (r"[2-7]\d{4}(\.\d+)?", 25569, 86400),
}
DATE_FORMATS = [*WRITTEN_DATE_FORMATS, *COUNTED]
# Signs that stand for one currency alone.
CURRENCIES_BY_SIGN = {"€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₩": "KRW", "zł": "PLN"}
# What a sign that several currencies have stands for most often.
LIKELY_CURRENCIES = {"$": "USD"}
# What means no customer where many rows have it.
NOBODY = re.compile(
    r"\W+|0+|-1|9{3,}|\\n|\W?null\W?|\W?n/?a|nan|none"
    r"|guest.*|gast|anonym.*|unknown|walk.?in.*|cash( .*)?",
    re.IGNORECASE,
)
TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?( ?[AP]M)?", re.IGNORECASE)
MIDNIGHT = re.compile(r"[ T](0?0:00(:00(\.0+)?)?|12:00(:00)? ?AM)$", re.IGNORECASE)
# The day that spreadsheets put before a time of day.
FIRST_DAY = re.compile(r"^(\d{4}-\d\d-\d\d[ T]|\d{1,2}/\d{1,2}/\d{2,4} )")
# How far from UTC a time in ISO is.
OFFSET = re.compile(r"(:[\d.]+) *([+-]\d\d(:?\d\d)?|Z)$|(:\d\d:[\d.]+) +(?i:UTC)$")
# What a build reads as ISO: Python's own reading takes weeks, hours alone and decimal commas too.
ISO = re.compile(r"(\d{4}-\d\d-\d\d)([ T](\d{1,2}:\d\d(:\d\d(\.\d+)?)?))?")
REFUND = re.compile(
    r"refund|return|retour|credit|storn|gutschrift|avoir|devol|\breso\b", re.IGNORECASE
)
# Of which nothing was given back.
UNDONE = re.compile("declin|reject|denied|request", re.IGNORECASE)
# What is pending may yet be paid, or has been delivered on account.
NOT_SOLD = re.compile(
    r"cancel|annul|abgebrochen|\bvoid|\bfail|declin|reject|abandon|unpaid", re.IGNORECASE
)
# Credit cards are paid with.
PAYMENT = re.compile("card|carte|karte|tarjeta|debit|paypal|cash|transfer", re.IGNORECASE)
# As many different statuses a column of them has.
MOST_STATUSES = 20


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
    plain = {_plain(name): name for name in reversed(names)}
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


def _plain(name):
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isalnum() and letter.isascii())


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
    most = 0.01 * len(texts)
    counts = Counter(texts)

    def misfits(date_format):
        found = 0
        for text, count in counts.items():
            found += count * (date_of(text, date_format) is None)
            if found > most:  # one too many is enough
                break
        return found

    # A 13th month is a slip of the format and not of the log, however rare.
    of_formats = {date_format: misfits(date_format) for date_format in (None, *DATE_FORMATS)}
    least = min(of_formats.values())
    return [
        date_format for date_format, found in of_formats.items() if texts and found == least <= most
    ]


def date_of(text, date_format):
    """Read a date by the clock that it was written by; None where it does not fit.

    Examples
    --------
    >>> date_of("2011-10-31T08:26:00.5+01:00", None), date_of("2011-10-31 08:26:00 UTC", None)
    (datetime.datetime(2011, 10, 31, 8, 26, 0, 500000), datetime.datetime(2011, 10, 31, 8, 26))
    >>> date_of("2011-10-31T08:26Z", None), date_of("2011-10-31 8:26", None)
    (datetime.datetime(2011, 10, 31, 8, 26), datetime.datetime(2011, 10, 31, 8, 26))
    >>> [date_of(text, None) for text in ("2011-10-31 08", "2011-W44-1", "2011-10-31 08:26:00,5")]
    [None, None, None]
    """
    try:
        if date_format is None:
            if len(text) > 16 and len(text) != 19:
                text = OFFSET.sub(r"\1\4", text)
            if not (iso := ISO.fullmatch(text)):
                return None
            return datetime.fromisoformat(f"{iso[1]} {iso[3]:0>5}" if iso[3] else iso[1])
        if date_format in COUNTED:
            return _counted(text, date_format)
        return datetime.strptime(text, date_format)
    except ValueError:
        return None


def day_and_time(day, time):
    """Join a day and the time of day that another column has, as a build does.

    Examples
    --------
    >>> day_and_time("31.10.2011", "8:26"), day_and_time("2011-10-31 00:00:00", "")
    ('31.10.2011 8:26', '2011-10-31')
    >>> day_and_time("2011-10-31", "1899-12-30 08:26:00")
    '2011-10-31 08:26:00'
    >>> day_and_time("10/31/2011 12:00:00 AM", "12/30/1899 8:26:00 AM")
    '10/31/2011 8:26:00 AM'
    """
    return " ".join(filter(None, (MIDNIGHT.sub("", day), FIRST_DAY.sub("", time))))


def _counted(text, unit):
    digits, start, seconds = COUNTED[unit]
    if not re.fullmatch(digits, text):
        return None
    return datetime(1970, 1, 1) + timedelta(seconds=round((float(text) - start) * seconds))


def currency_sign_of(texts):
    """Guess what stands before or after prices: what most have beside a number, if anything.

    Examples
    --------
    >>> currency_sign_of(["12,50 €", "3,00 €"]), currency_sign_of(["$5.00", "($2.50)"])
    ('€', '$')
    >>> currency_sign_of(["Rs. 1,200.50", "Rs. 5.00"]), currency_sign_of(["12,50EUR"])
    ('Rs.', 'EUR')
    >>> currency_sign_of(["5.00", "six", "1e3"])
    """
    # A point after a word is a part of it.
    signs = Counter("".join(re.findall(r"[^\W\d_]+\.|[^\d\s.,'’()+-]", text)) for text in texts)
    sign, count = max(signs.items(), key=lambda item: item[1], default=("", 0))
    return sign if 0 < len(sign) <= 4 and count > len(texts) / 2 else None


def separators_of(texts):
    r"""Guess what numbers are written with: the decimal and the thousands separator.

    Examples
    --------
    >>> separators_of(["1.5", "2"]), separators_of(["1,5"]), separators_of(["1,234.50", "2"])
    (('.', ''), (',', ''), ('.', ','))
    >>> separators_of(["1\xa0234,50"]), separators_of(["1'234.50"]), separators_of(["5", "12"])
    ((',', '\xa0'), ('.', "'"), ('.', ''))

    Where each point or comma may as well part thousands, it does: three decimals are rare.

    >>> separators_of(["1,980", "12,800", "980"]), separators_of(["1.250", "0.500"])
    (('.', ','), ('.', ''))
    """
    counts = Counter(texts)

    def readable(separators):
        return sum(
            count for text, count in counts.items() if number_of(text, *separators) is not None
        )

    groups = [(".", ""), (",", ""), (".", ","), (",", ".")]
    groups += [(decimal, mark) for mark in "'’ \xa0\u202f\u2009" for decimal in ".,"]
    decimal, thousands = max(groups, key=readable)
    marked = _with(decimal, counts)
    if marked and not thousands and all(_may_part_thousands(decimal, text) for text in marked):
        return (",", ".") if decimal == "." else (".", ",")
    return decimal, thousands


def thousands_by_guess(texts, decimal, thousands):
    """Give a number whose separator parts thousands by guess alone, None where it is certain.

    Examples
    --------
    >>> thousands_by_guess(["1,980", "980"], ".", ","), thousands_by_guess(["1,980.50"], ".", ",")
    ('1,980', None)
    >>> thousands_by_guess(["1,980", "1,980,000"], ".", ",")
    """
    marked = _with(thousands, texts) if thousands in (".", ",") else []
    if _with(decimal, texts) or not all(_may_part_thousands(thousands, text) for text in marked):
        return None
    return next(iter(marked), None)


def _with(mark, texts):
    return [text for text in texts if mark in text]


def _may_part_thousands(mark, text):
    """Tell whether the one mark in a number may part thousands as well as decimals."""
    return re.fullmatch(rf"\D*[1-9]\d{{0,2}}{re.escape(mark)}\d{{3}}\D*", text) is not None


def number_of(text, decimal, thousands):
    """Read a number; None where it is none.

    Examples
    --------
    >>> number_of("-1.234,50", ",", "."), number_of("1.5", ",", ""), number_of("1,2,3", ".", ",")
    (-1234.5, None, None)
    >>> number_of("12-", ".", ""), number_of("(1.5)", ".", ""), number_of("-1-", ".", "")
    (-12.0, -1.5, None)
    >>> number_of("2,74,500.00", ".", ","), number_of("0.500", ",", ".")
    (274500.0, None)
    """
    text = re.sub(r"^\((.*)\)$|^(.*)-$", r"-\1\2", text)
    one = re.escape(thousands)
    # In India groups before the last have two digits. None begins with 0.
    grouped = rf"[1-9]\d{{0,2}}({one}\d{{2,3}})*{one}\d{{3}}|" if thousands else ""
    if not re.fullmatch(rf"[-+]?({grouped}\d*)({re.escape(decimal)}\d*)?(e[-+]?\d+)?", text, re.I):
        return None
    plain = text.replace(thousands, "") if thousands else text
    try:
        return float(plain.replace(decimal, "."))
    except ValueError:
        return None


def id_of(text):
    """Read an id as a build does: a whole number of which software made a float is one again.

    Examples
    --------
    >>> id_of("17850.0"), id_of("-1.00"), id_of("00.10"), id_of("A1.0")
    ('17850', '-1', '00.10', 'A1.0')
    """
    return re.sub(r"^(-?\d+)\.0+$", r"\1", text)


def guest_markers_of(customers):
    """Guess which customer ids mean "no customer": those that look it and that many rows have.

    Parameters
    ----------
    customers : list of str
        Of each row; empty where it has none.

    Returns
    -------
    list of str
        In lower case, with what is on one row in fifty or more.

    Examples
    --------
    >>> guest_markers_of(["0", "0", "guest", "17850", "17851"])
    ['0', 'guest']
    """
    counts = Counter(customer.lower() for customer in customers if customer)
    return sorted(
        customer
        for customer, count in counts.items()
        if NOBODY.fullmatch(customer) and 50 * count >= len(customers)
    )


def is_refund(status):
    """Tell whether a status speaks of something that was given back.

    Examples
    --------
    >>> is_refund("Partially refunded"), is_refund("refund declined")
    (True, False)
    """
    return REFUND.search(status) is not None and UNDONE.search(status) is None


def is_not_sold(status):
    """Tell whether a status speaks of what was never sold.

    Examples
    --------
    >>> is_not_sold("Canceled"), is_not_sold("refund declined")
    (True, False)
    """
    return NOT_SOLD.search(status) is not None and REFUND.search(status) is None


def statuses_of(rows):
    """Tell statuses that record a refund from those that overwrite the sale.

    Of a refund that is a row of its own, the sale is another row, or its quantity is negative.

    Parameters
    ----------
    rows : iterable of (status, quantity, price, date, order, product, customer)
        Texts, empty where a row has none; the quantity, the price and the date may be None.

    Returns
    -------
    recording, overwriting : list of str
        In lower case; empty where no status speaks of a refund.

    Examples
    --------
    >>> statuses_of(
    ...     [("paid", 1, 5, "01", "1", "A", ""), ("refunded", 1, 5, "02", "1", "A", "")]
    ... )
    (['refunded'], [])
    >>> statuses_of(
    ...     [("paid", 1, 5, "01", "1", "A", "K"), ("refunded", 1, 5, "02", "2", "B", "K")]
    ... )
    ([], ['refunded'])

    Who buys the same again later has given nothing of it back before.

    >>> statuses_of(
    ...     [("paid", 1, 5, "02", "1", "A", "K"), ("refunded", 1, 5, "01", "2", "A", "K")]
    ... )
    ([], ['refunded'])
    """
    of_orders, first_dates, refunds = set(), {}, {}
    for status, quantity, price, date, order, product, customer in rows:
        bought = customer, product, price and abs(price)
        if is_refund(status):
            refunds.setdefault(status.lower(), []).append(
                (quantity, date, (order, product), bought)
            )
            continue
        of_orders.add((order, product))
        if customer and date:
            first_dates[bought] = min(first_dates.get(bought, date), date)

    def is_recorded(quantity, date, of_order, bought):
        was_bought_before = date and bought in first_dates and first_dates[bought] <= date
        return (quantity or 0) < 0 or of_order in of_orders or was_bought_before

    recording = {
        status
        for status, found in refunds.items()
        if 2 * sum(bool(is_recorded(*row)) for row in found) > len(found)
    }
    return sorted(recording), sorted(set(refunds) - recording)


def credit_marker_of(orders, quantities, amounts, products, refunds):
    """Guess what marks a credit.

    Parameters
    ----------
    orders : list of str
        Of each row; empty where it has none.
    quantities, amounts : list of (float or None)
        Of each row; prices of units will do as well.
    products : list of str
        Of each row.
    refunds : list of str
        Statuses that record one.

    Returns
    -------
    dict
        The settings `credit_marker` and what it needs.

    Examples
    --------
    >>> credit_marker_of(["1", "C2"], [3.0, -1.0], [2.5, 2.5], ["A", "A"], [])
    {'credit_marker': 'prefix', 'credit_prefix': 'C'}
    >>> credit_marker_of(["1", "2"], [3.0, -1.0], [2.5, 2.5], ["A", "A"], [])
    {'credit_marker': 'negative_quantity'}
    >>> credit_marker_of(["1", "2"], [3.0, 1.0], [2.5, 2.5], ["A", "A"], ["refunded"])
    {'credit_marker': 'status', 'credit_statuses': ['refunded']}

    Of what is given back the product is sold too, and of a discount it is not.

    >>> credit_marker_of(["1", "2"], [3.0, 1.0], [2.5, -2.5], ["A", "A"], [])
    {'credit_marker': 'negative_amount'}
    >>> credit_marker_of(["1", "2"], [3.0, 1.0], [2.5, -2.5], ["A", "OFF"], [])
    {'credit_marker': 'negative_quantity'}
    """
    if refunds:
        return {"credit_marker": "status", "credit_statuses": refunds}
    worth = [
        (product, units or 0, amount or 0)
        for product, units, amount in zip(products, quantities, amounts, strict=True)
    ]
    sold = {product for product, _, amount in worth if amount > 0}
    paid_back = [product for product, units, amount in worth if amount < 0 <= units]
    counted_back = sum(units < 0 for _, units, _ in worth)
    if sum(product in sold for product in paid_back) > max(len(paid_back) / 2, counted_back):
        return {"credit_marker": "negative_amount"}
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
