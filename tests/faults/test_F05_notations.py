"""F05: BOM, CRLF, semicolons, decimal commas and day-first dates are settings."""

from decimal import Decimal

import duckdb
import pytest

from ingest.errors import IngestError
from tests.logs import opened, rows_of_a_log, rows_read, write_log


def german(row):
    date, time = row[4].split(" ")
    year, month, day = date.split("-")
    return [*row[:4], f"{day}.{month}.{year} {time[:5]}", row[5].replace(".", ","), *row[6:]]


def test_bom_and_crlf_need_no_setting(tmp_path):
    log = write_log(tmp_path / "log.csv", encoding="utf-8-sig", end="\r\n")
    assert rows_read(log) == rows_read(write_log(tmp_path / "plain.csv"))


def test_a_german_export_reads_by_its_settings(build, small_build, tmp_path):
    rows = rows_of_a_log()
    log = write_log(tmp_path / "log.csv", [german(row) for row in rows], delimiter=";")
    settings = {
        "delimiter": ";",
        "decimal_separator": ",",
        "timestamp_format": "%d.%m.%Y %H:%M",
    }
    built = build(tmp_path / "german", log, settings, select="+source_lines")
    assert built.exit_code == 0, built.stdout
    lines = "select * from source_lines order by all"
    assert built.query(lines) == small_build.query(lines)
    assert built.query("select sum(amount) from source_lines")[0][0] == sum(
        Decimal(row[3]) * Decimal(row[5]) for row in rows
    )


def test_without_them_the_setting_is_named(tmp_path):
    rows = [german(row) for row in rows_of_a_log()]
    with pytest.raises(IngestError, match="set delimiter to ';'"):
        opened(write_log(tmp_path / "semicolons.csv", rows, delimiter=";"))
    with pytest.raises(IngestError, match=r"UnitPrice that cannot be read.*Set decimal_separator"):
        opened(write_log(tmp_path / "commas.csv", rows))
    with pytest.raises(IngestError, match=r"Set timestamp_format to '%d.%m.%Y %H:%M'"):
        opened(write_log(tmp_path / "dates.csv", [[*row[:5], "1.5", *row[6:]] for row in rows]))


def test_numbers_beside_texts_with_a_decimal_comma_are_refused(tmp_path):
    rows = rows_of_a_log()
    csv = write_log(tmp_path / "numbers.txt", rows[:90])
    parquet = tmp_path / "1.parquet"
    duckdb.execute(f"copy (from read_csv('{csv}')) to '{parquet}' (format parquet)")
    german_rows = [[*row[:5], row[5].replace(".", ","), *row[6:]] for row in rows[90:]]
    write_log(tmp_path / "2.csv", german_rows)
    # Read as a text, 1.05 would be 105 by these settings.
    settings = {
        "decimal_separator": ",",
        "readings": {
            "quantity": "try_cast(quantity_text as decimal(18, 3))",
            "unit_price": "try_cast(translate(replace(unit_price_text, '.', ''), ',', '.') "
            "as decimal(18, 4))",
            "ordered_at": "try_cast(ordered_at_text as timestamp)",
        },
    }
    with pytest.raises(IngestError, match=r"1.parquet has UnitPrice as numbers \(DOUBLE\), and "):
        opened(tmp_path / "[12].*", **settings)
    assert opened(parquet, **settings).query
    assert opened(tmp_path / "2.csv", **settings).query
