"""Sheets of workbooks (xlsx, xlsb, xls, ods) as the texts that a CSV export would have."""

import datetime
from decimal import Decimal

import python_calamine

from ingest.errors import IngestError
from ingest.headers import refuse_repeated
from ingest.scratch import write_parquet


def read_sheets(path, settings, warnings):
    """Write each sheet of a workbook that has cells as a Parquet file of texts.

    Parameters
    ----------
    path : str
        The workbook.
    settings : ingest.transactions.Settings
        Its `sheets` names the sheets to read, all that are not hidden if it is empty.
    warnings : list of str
        Gets which hidden ones are left out.

    Yields
    ------
    label : str
        The workbook and the sheet, by which messages and `source_file` name it.
    names : list of str
        The columns of its first row that is not empty.
    parquet : str
        Path of the Parquet file.

    Raises
    ------
    IngestError
        If the workbook cannot be opened, lacks a sheet of `sheets`, or has no cells.
    """
    try:
        with python_calamine.load_workbook(path) as workbook:
            shown, hidden = shown_and_hidden(workbook)
            _refuse_missing(path, shown + hidden, settings.sheets)
            sheets = [
                (f"{path}, sheet {name}", workbook.get_sheet_by_name(name))
                for name in settings.sheets or shown
            ]
    except python_calamine.PasswordError as error:
        raise IngestError(
            f"{path} is a workbook with a password; expected one without: save it without."
        ) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise IngestError(
            f"{path} is a spreadsheet or an archive that cannot be opened ({error}); expected a "
            "whole workbook, CSV or Parquet: deliver it again or set transactions to another file."
        ) from error
    if hidden and not settings.sheets:
        warnings.append(left_out(path, hidden))
    with_cells = [(label, sheet) for label, sheet in sheets if has_cells(sheet)]
    if not with_cells:
        raise IngestError(
            f"No data: no sheet of {path} has a cell; set transactions to a workbook with a header "
            "and rows."
        )
    for label, sheet in with_cells:
        names, parquet = _sheet_as_parquet(label, sheet, settings)
        yield label, names, parquet


def _refuse_missing(path, names, wanted):
    missing = [name for name in wanted if name not in names]
    if missing:
        raise IngestError(
            f"{path} has no sheet {', '.join(repr(name) for name in missing)}; its sheets are "
            f"{', '.join(names)}. Set sheets to those that hold the log."
        )


def shown_and_hidden(workbook):
    """Give the names of the sheets that a workbook shows, and of those that it hides.

    Parameters
    ----------
    workbook : python_calamine.CalamineWorkbook

    Returns
    -------
    shown, hidden : list of str
    """
    names = {True: [], False: []}
    for sheet in workbook.sheets_metadata:
        is_shown = sheet.visible == python_calamine.SheetVisibleEnum.Visible
        names[is_shown].append(sheet.name)
    return names[True], names[False]


def left_out(path, hidden):
    """Say which sheets are left out for being hidden.

    Parameters
    ----------
    path : str
        The workbook.
    hidden : list of str

    Returns
    -------
    str
    """
    return (
        f"{path} hides the sheets {', '.join(hidden)}, which are left out: set sheets to all that "
        "hold the log if they are a part of it."
    )


def has_cells(sheet):
    """Tell whether a sheet has a cell with anything in it.

    Parameters
    ----------
    sheet : python_calamine.CalamineSheet
    """
    return any(cell != "" for row in sheet.iter_rows() for cell in row)


def _sheet_as_parquet(label, sheet, settings):
    rows = (row for row in sheet.iter_rows() if any(cell != "" for cell in row))
    header = [text_of(cell, ".").strip() for cell in next(rows)]
    named = [place for place, name in enumerate(header) if name]
    names = [header[place] for place in named]
    refuse_repeated(names, label)
    texts = ([text_of(row[place], settings.decimal_separator) for place in named] for row in rows)
    return names, write_parquet(names, texts, settings.scratch_folder, label)


def text_of(cell, decimal_separator):
    """Turn a typed cell into the text that a CSV export would have.

    Parameters
    ----------
    cell : str, float, int, bool, datetime.datetime, datetime.date, datetime.time or timedelta
        The value; empty text for an empty cell.
    decimal_separator : str
        What the log's other numbers are written with.

    Returns
    -------
    str
        Integers as they are; floats with the 15 digits that a spreadsheet keeps, whole ones without
        decimals; dates in ISO, to the second.

    Examples
    --------
    >>> [text_of(cell, ".") for cell in (17850.0, 2.55, 0.1 + 0.2, 4.25e20, True, "A ")]
    ['17850', '2.55', '0.3', '425000000000000000000', 'TRUE', 'A ']
    >>> text_of(1234567890123456789, ".")
    '1234567890123456789'
    >>> text_of(datetime.datetime(2010, 12, 1, 8, 25, 59, 999000), ".")
    '2010-12-01 08:26:00'
    >>> text_of(datetime.date(2010, 12, 1), "."), text_of(2.55, ",")
    ('2010-12-01', '2,55')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        number = format(cell, ".15g")
        if "e" in number:
            number = format(Decimal(number), "f")
        return number.replace(".", decimal_separator)
    if isinstance(cell, datetime.datetime):
        # A spreadsheet keeps days with a fraction, which misses the second by a hair.
        rounded = cell + datetime.timedelta(microseconds=500_000)
        return rounded.replace(microsecond=0).isoformat(sep=" ")
    return str(cell).replace("\r\n", "\n").replace("\r", "\n")
