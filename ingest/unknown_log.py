"""What an unknown log is like, guessed from samples of all its files, sheets or tables."""

import itertools
import re
from collections import Counter

from ingest import sniffing

# From here on an amount is implausible, as its type decimal(18, 7) cannot hold it.
MOST_AMOUNT = 1e11


class UnknownLog:
    """Samples with their meaning.

    Attributes
    ----------
    samples : list of ingest.sample.Sample
        Those that have the log's columns.
    others : list of ingest.sample.Sample
        Those that lack one.
    names : list of str
        The log's columns.
    columns : dict of str to (str or None)
        The log's name of each column that the models use.
    price : str
        Which of the two, `unit_price` or `line_total`, the log has.
    date_formats : list of (str or None)
        What the dates fit, None being ISO; several where day and month fit either way round.
    separators : tuple of str
        The decimal and the thousands separator.
    thousands_by_guess : str or None
        A number of which the separator may part thousands or decimals.
    currency_sign : str or None
        What stands before or after prices.
    customers, products : list of str
        Ids of each row as a build has them; empty where it has none.
    guest_markers : list of str
        Customer ids that mean "no customer".
    quantities, prices, dates : list
        The values of each row, None where they cannot be read.
    credit_settings : dict
        What marks a credit.
    overwriting : list of str
        Statuses that speak of a refund and stand in the place of the sale, in lower case.
    not_sold : list of str
        Statuses of what was never sold, in lower case.
    was_sold : list of bool
        Whether each row was, by its status.
    """

    def __init__(self, samples):
        self.columns = _columns_of_most([sample for sample in samples if sample.rows])
        wanted = {name for name in self.columns.values() if name}
        self.samples = [sample for sample in samples if wanted <= set(sample.names)]
        self.others = [sample for sample in samples if not wanted <= set(sample.names)]
        self.names = self.samples[0].names
        self.columns["order_id"] = self.columns["order_id"] or self._column_like(_are_orders)
        self.columns["status"] = self._column_of_statuses()
        self.columns["time"] = self._column_of_times()
        self.price = "unit_price" if self.columns["unit_price"] else "line_total"
        self._formats = [
            sniffing.date_formats_of([text for text in texts if text])
            for texts in self.by_sample(self.texts("ordered_at"))
        ]
        self.date_formats = self._formats_of_most()
        prices = [text for text in self.texts(self.price) if text]
        self.currency_sign = sniffing.currency_sign_of(prices)
        numbers = [*self.texts("quantity"), *map(self._without_sign, prices)]
        numbers = [text for text in numbers if text]
        self.separators = sniffing.separators_of(numbers)
        self.thousands_by_guess = sniffing.thousands_by_guess(numbers, *self.separators)
        texts = self.texts("ordered_at")
        dates = {text: self._date_of(text) for text in set(texts)}
        self.dates = [dates[text] for text in texts]
        self.quantities = self._numbers(self.texts("quantity"))
        self.prices = self._numbers(map(self._without_sign, self.texts(self.price)))
        self.customers = list(map(sniffing.id_of, self.texts("customer_id")))
        self.guest_markers = sniffing.guest_markers_of(self.customers)
        self.products = ["ALL"] * self.rows_read
        if self.columns["product_id"] is not None:
            self.products = [sniffing.id_of(text).upper() for text in self.texts("product_id")]
        orders = self.texts("order_id")
        recording, self.overwriting = sniffing.statuses_of(
            zip(
                self.texts("status"), self.quantities, self.prices, self.dates, orders,
                self.products, self.customers, strict=True,
            )
        )  # fmt: skip
        statuses = [status.lower() for status in self.texts("status")]
        others = {*statuses} - {*recording, *self.overwriting}
        self.not_sold = sorted(filter(sniffing.is_not_sold, others))
        self.was_sold = [status not in self.not_sold for status in statuses]
        self.credit_settings = sniffing.credit_marker_of(
            orders, self.quantities, self.prices, self.products, recording
        )

    @property
    def is_whole(self):
        """Whether every row was read."""
        return all(sample.is_whole for sample in self.samples)

    @property
    def rows_read(self):
        """How many rows were read."""
        return sum(len(sample.rows) for sample in self.samples)

    def texts(self, column):
        """Texts of one of the models' columns, empty ones where the log has none."""
        name = self.columns[column]
        texts = [""] * self.rows_read if name is None else self.texts_named(name)
        if column == "ordered_at" and self.columns["time"]:
            return list(map(sniffing.day_and_time, texts, self.texts("time")))
        return texts

    def texts_named(self, name):
        """Texts of one of the log's columns, empty ones of files without it."""
        texts = []
        for sample in self.samples:
            if name in sample.names:
                place = sample.names.index(name)
                texts += [row[place] for row in sample.rows]
            else:
                texts += [""] * len(sample.rows)
        return texts

    def by_sample(self, values):
        """Part the values of all rows by sample."""
        values = iter(values)
        return [list(itertools.islice(values, len(sample.rows))) for sample in self.samples]

    def share(self, flags):
        """Share of the log's rows that a flag is true for: a long file counts by its length."""
        found = sum(
            sum(map(bool, part)) / len(part) * sample.total
            for sample, part in zip(self.samples, self.by_sample(flags), strict=True)
            if part
        )
        return found / sum(sample.total for sample in self.samples)

    def names_of(self, flags):
        """Names of the samples that a flag is true in."""
        parts = zip(self.samples, self.by_sample(flags), strict=True)
        return [sample.name for sample, part in parts if any(part)]

    def days(self):
        """First and last date of each sample, None where it has none."""
        return [
            (min(dates), max(dates)) if (dates := [date for date in part if date]) else None
            for part in self.by_sample(self.dates)
        ]

    def credits(self):
        """Whether each row is a credit."""
        marker = self.credit_settings["credit_marker"]
        if marker == "prefix":
            prefix = self.credit_settings["credit_prefix"]
            return [order.upper().startswith(prefix) for order in self.texts("order_id")]
        if marker == "status":
            refunds = self.credit_settings["credit_statuses"]
            return [status.lower() in refunds for status in self.texts("status")]
        if marker == "negative_amount":
            return [
                (price or 0) < 0 or ((price or 0) > 0 and (quantity or 0) < 0)
                for price, quantity in zip(self.prices, self.quantities, strict=True)
            ]
        return [(quantity or 0) < 0 for quantity in self.quantities]

    def copies(self):
        """Count rows that an earlier file has delivered, and lines that are copies of another.

        The n-th copy of a row in one file and the n-th copy in another are one line, as in a build.
        """
        contents = [Counter(part) for part in self.by_sample(self._contents())]
        lines = Counter()
        for content in contents:
            lines |= content
        return self.rows_read - lines.total(), lines.total() - len(lines)

    def dates_otherwise(self):
        """Find samples whose dates fit other formats than the log's, with the first of these."""
        return [
            (sample, formats[0])
            for sample, formats in zip(self.samples, self._formats, strict=True)
            if formats and None not in formats and not set(formats) & set(self.date_formats)
        ]

    def most(self, setting):
        """Give the value of a setting that most of the files have; None where none has it."""
        values = Counter(
            sample.settings[setting] for sample in self.samples if setting in sample.settings
        )
        return max(values, key=values.get, default=None)

    def sheets(self):
        """Give the setting `sheets`, for workbooks of which some sheets hold something else."""
        wanted = {}
        for sample in self.samples:
            if sample.sheet:
                wanted.setdefault(sample.path, set()).add(sample.sheet)
        named = set().union(*wanted.values())
        aside = [sample for sample in self.others if sample.sheet]
        can_tell = all(sheets == named for sheets in wanted.values()) and all(
            sample.path in wanted and sample.sheet not in named for sample in aside
        )
        return sorted(named) if aside and can_tell else []

    def left_out(self):
        """Sheets that the setting `sheets` leaves out."""
        return [sample for sample in self.others if sample.sheet] if self.sheets() else []

    def unlike_types(self):
        """Find columns of times in one file and of numbers in another, with one file of each."""
        for name in filter(None, self.columns.values()):
            kinds = {}
            for sample in self.samples:
                data_type = sample.types.get(name, "VARCHAR")
                if data_type != "VARCHAR":
                    kind = "times" if data_type.startswith(("DATE", "TIME")) else "numbers"
                    kinds.setdefault(kind, sample.name)
            if len(kinds) > 1:
                yield name, kinds

    def currencies_of_sold(self):
        """Texts of the rows that were sold: others need no rate."""
        return list(itertools.compress(self.texts("currency"), self.was_sold))

    def currencies(self):
        """Currencies of the amounts, none where nothing tells them."""
        named = {text.upper() for text in self.currencies_of_sold() if text}
        sign = self.currency_sign or ""
        signed = sign if re.fullmatch("[A-Z]{3}", sign) else sniffing.CURRENCIES_BY_SIGN.get(sign)
        return sorted(named or {signed} - {None})

    def invalid_reasons(self, guest_markers, services, limits):
        """Tell what makes each row invalid: the same as the model `int_lines__checked` does.

        Parameters
        ----------
        guest_markers : list of str
            Customer ids that mean "no customer".
        services : collection of str
            Product codes that stand for services.
        limits : dict
            The settings `max_units_per_line` and `max_silent_days`.

        Returns
        -------
        list of (str or None)
            The first reason of each row, None where it is valid.
        """
        nobody = {"", *guest_markers}
        orders = self.texts("order_id")
        if self.columns["order_id"] is None:
            orders = [
                "" if customer.lower() in nobody or date is None else customer
                for customer, date in zip(self.customers, self.dates, strict=True)
            ]
        beyond = self._days_beyond(limits["max_silent_days"])

        def reason_of(order, product, units, price, date, is_credit, was_sold):
            if not was_sold:
                return None
            defects = {
                "missing_order_id": not order,
                "missing_product_id": not product,
                "unreadable_quantity": units is None,
                "zero_quantity": units == 0,
                "unreadable_unit_price": price is None,
                "unreadable_date": date is None,
                "date_outside_log": date and date.date() in beyond,
                "implausible_quantity": abs(units or 0) > limits["max_units_per_line"],
                "implausible_amount": abs((units or 0) * (price or 0)) >= MOST_AMOUNT,
                "negative_unit_price": (price or 0) < 0 and product not in services,
                "credit_with_positive_quantity": is_credit
                and not self._takes_back
                and (units or 0) > 0,
            }
            return next((reason for reason, is_true in defects.items() if is_true), None)

        values = (self.quantities, self._prices_of_units(), self.dates, self.credits())
        return list(map(reason_of, orders, self.products, *values, self.was_sold))

    @property
    def _takes_back(self):
        """Whether what is given back is given back whatever the signs of its units and price."""
        return self.credit_settings["credit_marker"] in ("status", "negative_amount")

    def _prices_of_units(self):
        if self.price == "unit_price":
            if not self._takes_back:
                return self.prices
            return [
                price and abs(price) if is_credit else price
                for price, is_credit in zip(self.prices, self.credits(), strict=True)
            ]

        def price_of(amount, units, is_credit):
            if not amount:
                return amount
            if not units:
                return None
            return abs(amount / units) if is_credit else amount / units

        return list(map(price_of, self.prices, self.quantities, self.credits()))

    def _days_beyond(self, most_silent_days):
        """Find days that a long silence parts from the log, where all rows were read."""
        counts = Counter()
        for dates in self.by_sample(self.dates):
            counts |= Counter(date.date() for date in dates if date)
        stretches, before = [], None
        for day in sorted(counts if self.is_whole else ()):
            if before is None or (day - before).days > most_silent_days:
                stretches.append([])
            stretches[-1].append(day)
            before = day
        rows = [(sum(counts[day] for day in days), days) for days in stretches]
        kept = max(rows, default=(0, []))[1]
        return {day for days in stretches if days is not kept for day in days}

    def settings(self):
        """Give the settings of the log, as a source file has them."""
        settings = {f"{column}_column": name for column, name in self.columns.items()}
        if self.credit_settings["credit_marker"] != "status" and not self.not_sold:
            settings["status_column"] = None
        if sheets := self.sheets():
            settings["sheets"] = sheets
        if delimiter := self.most("delimiter"):
            settings |= {"encoding": self.most("encoding") or "utf-8", "delimiter": delimiter}
        settings |= {
            "decimal_separator": self.separators[0],
            "thousands_separator": self.separators[1],
            "timestamp_format": self.date_formats[0] if self.date_formats else None,
        }
        if self.currency_sign:
            settings["currency_sign"] = self.currency_sign
        likely = sniffing.LIKELY_CURRENCIES.get(self.currency_sign)
        if len(currencies := self.currencies() or [likely]) == 1 and currencies[0]:
            settings["currency"] = currencies[0]
        if self.not_sold:
            settings["not_sold_statuses"] = self.not_sold
        return settings | self.credit_settings

    def _formats_of_most(self):
        """Find formats that fit the most rows. ISO is read beside any other, as in a build."""
        others = [
            date_format
            for date_format in sniffing.DATE_FORMATS
            if any(date_format in formats for formats in self._formats)
        ]
        if not others:
            return [None] if any(None in formats for formats in self._formats) else []
        fitting = {
            date_format: sum(
                sample.total
                for sample, formats in zip(self.samples, self._formats, strict=True)
                if date_format in formats
            )
            for date_format in others
        }
        return [other for other in others if fitting[other] == max(fitting.values())]

    def _date_of(self, text):
        date = sniffing.date_of(text, None)
        if date is None and self.date_formats and self.date_formats[0]:
            date = sniffing.date_of(text, self.date_formats[0])
        return date

    def _numbers(self, texts):
        texts = list(texts)
        numbers = {text: sniffing.number_of(text, *self.separators) for text in set(texts)}
        return [numbers[text] for text in texts]

    def _without_sign(self, text):
        sign = self.currency_sign
        # One that parts two digits makes a price unreadable, as in a build.
        if not sign or re.search(f"[0-9].*{re.escape(sign)}.*[0-9]", text):
            return text
        return text.replace(sign, "").strip(sniffing.BLANKS)

    def _column_like(self, are_its_values):
        """Find a column by its values that is not known by its name."""
        unknown = (name for name in self.names if name not in self.columns.values())
        return next(
            (name for name in unknown if are_its_values(set(self.texts_named(name)) - {""})), None
        )

    def _column_of_statuses(self):
        """Find what became of the lines: another column may have the name, such as State."""
        named = self.columns["status"]
        if named and _are_statuses(set(self.texts_named(named)) - {""}):
            return named
        return self._column_like(_are_statuses) or named

    def _column_of_times(self):
        """Find a column with the times of day that the dates lack."""
        dates = set(self.texts("ordered_at"))
        if not any(dates) or any(":" in sniffing.MIDNIGHT.sub("", date) for date in dates):
            return None
        return self._column_like(_are_times)

    def _contents(self):
        """Give what a build tells rows by, whatever the notation."""
        orders = map(sniffing.id_of, self.texts("order_id"))
        texts = [self.texts(column) for column in ("description", "country", "currency")]
        values = [
            [text if value is None else value for text, value in zip(texts, read, strict=True)]
            for texts, read in (
                (self.texts("quantity"), self.quantities),
                (self.texts(self.price), self.prices),
                (self.texts("ordered_at"), self.dates),
            )
        ]
        return zip(orders, self.customers, self.products, *texts, *values, strict=True)


def _are_orders(values):
    """Tell whether values are numbers as shops give to orders: #1001."""
    return bool(values) and all(re.fullmatch(r"#\d+", value) for value in values)


def _are_times(values):
    """Tell whether values are times of day."""
    return bool(values) and all(
        sniffing.TIME_OF_DAY.fullmatch(sniffing.FIRST_DAY.sub("", value)) for value in values
    )


def _are_statuses(values):
    """Tell whether values are few, of which some say that something was given back or not sold."""
    backs = [v for v in values if sniffing.is_refund(v) or sniffing.is_not_sold(v)]
    are_of_payment = any(sniffing.PAYMENT.search(value) for value in values)
    return 0 < len(backs) < len(values) <= sniffing.MOST_STATUSES and not are_of_payment


def _columns_of_most(samples):
    """Give the meaning of the columns that most files have, of those that look like a log."""
    found = {}
    for sample in samples:
        columns = sniffing.columns_of(sample.names)
        found.setdefault(tuple(columns.items()), []).append(sample)

    def weight(columns):
        known = [column for column, name in columns if name]
        return (
            {"quantity", "ordered_at"} <= set(known),
            len(found[columns]),
            len(known),
            sum(sample.total for sample in found[columns]),
        )

    return dict(max(found, key=weight))
