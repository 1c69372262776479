"""Files read to their end: how many of their values can be read, and whether that is enough."""

import duckdb

from ingest.csv_files import broken
from ingest.deliveries import ZONED
from ingest.errors import IngestError
from ingest.quoting import quoted
from ingest.sniffing import WRITTEN_DATE_FORMATS

# Types of Parquet columns whose values cannot be misread: only a missing one is unreadable.
EXACT_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL")
EXACT_TIMES = ("DATE", "TIMESTAMP")


def survey(delivery, settings):
    """Read a file to its end, so that what is wrong with it is found now, and count values.

    Parameters
    ----------
    delivery : ingest.deliveries.Delivery
        The file, or sheet.
    settings : ingest.transactions.Settings
        How values are read.

    Returns
    -------
    dict of str to (int or str)
        `source_rows`; of these `in_time`, `ancient`, `with_offset`, `not_sold`; for each column of
        `settings.readings` how many values are `unreadable_<column>`, and an `example_<column>`.

    Raises
    ------
    IngestError
        If it cannot be read to its end.
    """
    readings = dict(settings.readings)
    for column in readings:
        data_type = delivery.types[settings.columns[column]]
        if data_type.startswith(EXACT_TIMES if column == "ordered_at" else EXACT_NUMBERS):
            readings[column] = column
        elif data_type == "DOUBLE" and column != "ordered_at":
            # Hardly ever does one have to be written out to be read.
            as_it_is, by_text = (
                f"try_cast({name} as decimal(18, 4))" for name in (column, f"{column}_text")
            )
            readings[column] = f"coalesce({as_it_is}, {by_text})"
    in_time = f"< {settings.as_of}" if settings.as_of else "is not null"
    counts = [
        "count(*) as source_rows",
        f"count(*) filter (where {readings['ordered_at']} {in_time}) as in_time",
    ]
    is_zoned = delivery.types[settings.columns["ordered_at"]] == ZONED
    counts.append(f"count(*) filter (where year({readings['ordered_at']}) < 100) as ancient")
    says_offset = "true" if is_zoned else settings.says_offset
    counts.append(f"count(*) filter (where {says_offset}) as with_offset")
    counts.append(f"count(*) filter (where {settings.is_not_sold}) as not_sold")
    for column, reading in readings.items():
        unreadable = f"filter (where {reading} is null and not {settings.is_not_sold})"
        counts.append(f"count(*) {unreadable} as unreadable_{column}")
        counts.append(f"min({column}_text) {unreadable} as example_{column}")
    try:
        with duckdb.connect() as connection:
            if "read_csv" in delivery.relation:
                # Only columns that are read are checked, so all of them are read once.
                connection.execute(f"select count(columns(*)) from {delivery.relation}")
            cursor = connection.execute(
                f"select {', '.join(counts)} from ({_texts(delivery.relation, settings)})"
            )
            names = [column[0] for column in cursor.description]
            return dict(zip(names, cursor.fetchall()[0], strict=True))
    except duckdb.Error as error:
        raise broken(delivery.name, settings, str(error)) from error


def _texts(relation, settings):
    columns = ", ".join(
        f"{name} as {column}, cast({name} as varchar) as {column}_text"
        for column in settings.readings
        for name in [quoted(settings.columns[column])]
    )
    if status := settings.columns["status"]:
        columns += f", cast({quoted(status)} as varchar) as status_text"
    return f"select {columns} from {relation}"


def judge(surveys, queries, settings):
    """Refuse a log without rows, without readable values, or without rows in time.

    Parameters
    ----------
    surveys : list of dict
        What `survey` gives of each delivery.
    queries : list of str
        SQL that reads each.
    settings : ingest.transactions.Settings
        How values are read.

    Raises
    ------
    IngestError
        If it has no rows, too many values that cannot be read, or none before the day `as_of`.
    """

    def total(name):
        return sum(survey[name] for survey in surveys)

    rows = total("source_rows")
    if rows == 0:
        raise IngestError(
            f"No data: {settings.transactions} has a header but not a single row; "
            "set transactions to files with rows."
        )
    for column in settings.readings:
        unreadable = total(f"unreadable_{column}")
        if unreadable <= settings.max_invalid_share * rows:
            continue
        examples = [survey[f"example_{column}"] for survey in surveys]
        example = next((text for text in examples if text), "an empty value")
        advice = (
            _date_advice(queries, settings)
            if column == "ordered_at"
            else "Set decimal_separator, thousands_separator and, for prices, currency_sign to "
            "what the log uses."
        )
        raise IngestError(
            f"{unreadable:,} of {rows:,} rows of {settings.transactions} have a "
            f"{settings.columns[column]} that cannot be read, such as {example!r}; at most "
            f"{settings.max_invalid_share:.1%} may (setting max_invalid_share). {advice}"
        )
    if total("ancient") > settings.max_invalid_share * rows:
        raise IngestError(
            f"{total('ancient'):,} of {rows:,} rows of {settings.transactions} are dated before "
            "the year 100; expected years of four digits: set timestamp_format with %y, for two, "
            "in the place of %Y."
        )
    if total("in_time") == 0:
        raise IngestError(
            f"Not one of the {rows:,} rows of {settings.transactions} is dated before the "
            "setting as_of; set as_of to a later day, or to null for the day after the last line."
        )


def note_on_offsets(surveys, settings):
    """Say that times tell how far from UTC they are, where that is left aside.

    Parameters
    ----------
    surveys : list of dict
        What `survey` gives of each delivery.
    settings : ingest.transactions.Settings
        How values are read, with no time zone.

    Yields
    ------
    str
        One sentence, if there is something to say.
    """
    rows = sum(survey["with_offset"] for survey in surveys)
    if rows:
        yield (
            f"{rows:,} rows of {settings.transactions} say how far from UTC their "
            f"{settings.columns['ordered_at']} is, which the setting time_zone, being null, leaves "
            "aside: set it to the shop's zone, such as Europe/London, to have them by its clock."
        )


def note_on_statuses(surveys, settings):
    """Say that no row has a status that the settings name: another spelling would be sold.

    Parameters
    ----------
    surveys : list of dict
        What `survey` gives of each delivery.
    settings : ingest.transactions.Settings
        How values are read.

    Yields
    ------
    str
        One sentence, if there is something to say.
    """
    named = settings.not_sold_statuses
    if named and not any(survey["not_sold"] for survey in surveys):
        yield (
            f"No row of {settings.transactions} has one of the not_sold_statuses, "
            f"{', '.join(named)}, as its {settings.columns['status']}: write them as the log does."
        )


def _date_advice(queries, settings):
    """Say which formats the unreadable dates fit; it is for the user to choose between two."""
    relation = f"({' union all by name '.join(queries)})"
    # Two digits are no year of four.
    fits = ", ".join(
        f"count(*) filter (where year(try_strptime(ordered_at_text, '{date_format}')) > 99)"
        for date_format in WRITTEN_DATE_FORMATS
    )
    with duckdb.connect() as connection:
        dates, *counts = connection.execute(
            f"select count(*), {fits} from (select * from ({_texts(relation, settings)}) "
            f"where {settings.readings['ordered_at']} is null and ordered_at_text is not null "
            "limit 10000)"
        ).fetchall()[0]
    fitting = [
        f"'{date_format}'"
        for date_format, count in zip(WRITTEN_DATE_FORMATS, counts, strict=True)
        if count >= 0.99 * max(dates, 1)
    ]
    if len(fitting) == 1:
        return f"Set timestamp_format to {fitting[0]}."
    if fitting:
        return (
            f"Day and month fit either way round: set timestamp_format to {' or '.join(fitting)}."
        )
    return "Expected ISO dates, or set timestamp_format to the log's own, such as '%d/%m/%Y %H:%M'."
