"""Read the seeds, which people edit, often in a spreadsheet, and say what is wrong with one."""

import csv
import io
import json
from itertools import product
from pathlib import Path

import duckdb
import yaml

from ingest.errors import IngestError
from ingest.headers import refuse_repeated
from ingest.quoting import literal

# What a value must be, by the first word of the type that it is promised to have.
KINDS = {
    "integer": "a whole number such as 3",
    "double": "a number with a decimal point such as -0.5",
    "decimal": "a number with a decimal point such as 0.8574",
    "boolean": "true or false",
    "date": "a day such as 2011-10-31",
}

# Rows that models name: customers or categories would be without words.
NEEDED = {
    "segment_playbook": ("segment_key", ["kept_nothing", "never_bought"]),
    "interest_playbook": ("term", ["*"]),
}

MEASURES = ("recency", "frequency", "monetary")
SCORES = ("1", "2", "3", "4", "5")


def problem_with_seeds(project_folder):
    """Say what is wrong with the seeds, by what seeds/_seeds.yml promises of them.

    Parameters
    ----------
    project_folder : path
        Where the folder of seeds is.

    Returns
    -------
    str or None
        A sentence about the first value, row or file that cannot be used.
    """
    try:
        with duckdb.connect() as connection:
            for seed in _seeds(project_folder).values():
                rows = _rows(project_folder, seed)
                _check_types(seed, rows, connection)
                _check_filled(seed, rows)
                _check_keys(seed, rows)
                _check_needed(seed, rows)
                if seed["name"] == "rfm_segments":
                    _check_scores(seed, rows)
    except IngestError as error:
        return str(error)
    return None


def read_seed(project_folder, name):
    """Read a seed as text.

    Parameters
    ----------
    project_folder : path
        Where the folder of seeds is.
    name : str
        Which one.

    Returns
    -------
    list of (int, dict of str to str)
        For each row the line that it begins on, and its values by column.

    Raises
    ------
    IngestError
        If the file is missing or is not a table of the promised columns.
    """
    return _rows(project_folder, _seeds(project_folder)[name])


def _seeds(project_folder):
    """Read what is promised of each seed."""
    promises = Path(project_folder, "seeds", "_seeds.yml").read_text(encoding="utf-8")
    return {seed["name"]: seed for seed in yaml.safe_load(promises)["seeds"]}


def _file(seed):
    return f"seeds/{seed['name']}.csv"


def _types(seed):
    return seed["config"]["column_types"]


def _keys(seed):
    """List the columns of each key."""
    tests = seed.get("data_tests", [])
    return [test["one_row_per"]["arguments"]["columns"] for test in tests]


def _rows(project_folder, seed):
    columns = list(_types(seed))
    records = _records(_text(project_folder, seed), _file(seed))
    _, header = next(records, (1, []))
    _check_header(header, columns, _file(seed))
    rows = []
    for line, values in records:
        if not values:
            continue
        if len(values) != len(header):
            raise IngestError(
                f"{_file(seed)}, line {line}: {len(values)} values; expected {len(header)}, one "
                "for each column: put a text that has a comma in quotes, and leave a column empty "
                "with its comma."
            )
        of_row = dict(zip(header, values, strict=True))
        rows.append((line, {column: of_row[column] for column in columns}))
    return rows


def _text(project_folder, seed):
    try:
        # Excel's "CSV UTF-8" begins with a mark.
        return Path(project_folder, _file(seed)).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise IngestError(
            f"{_file(seed)} cannot be read ({error.strerror}); expected a CSV file with the header "
            f"{','.join(_types(seed))}: put it back."
        ) from error
    except UnicodeDecodeError as error:
        lines = error.object[: error.start].decode("utf-8-sig").split("\n")
        raise IngestError(
            f"{_file(seed)}, line {len(lines)}: after {lines[-1][-20:]!r} stands the byte "
            f"0x{error.object[error.start]:02x}, which is not UTF-8; expected a file in UTF-8: "
            "save it as CSV UTF-8."
        ) from error


def _records(text, file):
    """Yield the values of each record, with the line that it begins on."""
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for values in records:
            yield line, values
            line = records.line_num + 1
    except csv.Error as error:
        raise IngestError(
            f"{file}, line {line}: its quotes do not close ({error}); expected one on each side of "
            "a text, and two for one inside: mend them."
        ) from error


def _check_header(header, columns, file):
    """Refuse a header without all columns; dbt takes them in any order, with others beside them."""
    separators = [sign for sign in ";\t|" if sign in "".join(header)]
    if len(header) == 1 and separators:
        raise IngestError(
            f"{file}, line 1: columns are separated by {separators[0]!r}; expected commas, and "
            "points in numbers: save the file with commas; Excel takes the separators from the "
            "regional settings of the system."
        )
    if missing := [column for column in columns if column not in header]:
        raise IngestError(
            f"{file}, line 1: the header is {','.join(header) or 'missing'}, without "
            f"{' and '.join(missing)}; expected {','.join(columns)}: write it so."
        )
    refuse_repeated([name for name in header if name in columns], file)


def _check_types(seed, rows, connection):
    """Refuse values that DuckDB could not read as what they are promised to be."""
    for column, type_ in _types(seed).items():
        texts = json.dumps([values[column] for _, values in rows if values[column]])
        unreadable = connection.execute(
            f"select [v for v in from_json({literal(texts)}, '[\"varchar\"]') "
            f"if try_cast(v as {type_}) is null]"
        ).fetchone()[0]
        for line, values in rows:
            if values[column] in unreadable:
                raise IngestError(
                    f"{_file(seed)}, line {line}: {column} is {values[column]!r}; expected "
                    f"{KINDS[type_.split('(')[0]]}: write it so."
                )


def _check_filled(seed, rows):
    """Refuse empty values where a key or a test has none."""
    filled = {column for key in _keys(seed) for column in key} | {
        column["name"] for column in seed["columns"] if "not_null" in column.get("data_tests", [])
    }
    for line, values in rows:
        for column, value in values.items():
            if column in filled and not value.strip():
                raise IngestError(
                    f"{_file(seed)}, line {line}: {column} is empty; expected a value in every "
                    "row: fill it in, or remove the row."
                )


def _check_keys(seed, rows):
    """Refuse rows with a key that a row above them has."""
    for key in _keys(seed):
        seen = {}
        for line, values in rows:
            first = seen.setdefault(tuple(values[column] for column in key), line)
            if first != line:
                named = " and ".join(f"{column} {values[column]!r}" for column in key)
                raise IngestError(
                    f"{_file(seed)}, line {line}: {named} as in line {first}; expected another in "
                    "every row: change or remove one of the two."
                )


def _check_needed(seed, rows):
    """Refuse a seed without the rows that models name."""
    column, needed = NEEDED.get(seed["name"], (None, []))
    for key in needed:
        if key not in [values[column] for _, values in rows]:
            raise IngestError(
                f"{_file(seed)} has no row with the {column} {key!r}; expected one, whatever its "
                "other texts: put it back."
            )


def _check_scores(seed, rows):
    """Refuse rules that leave a combination of scores without a name, or give it two."""
    for line, values in rows:
        for column, value in values.items():
            if column != "rfm_segment" and value not in SCORES:
                raise IngestError(
                    f"{_file(seed)}, line {line}: {column} is {value!r}; expected a score from 1 "
                    "to 5: write one."
                )
    for scores in product(SCORES, repeat=3):
        cell = dict(zip(MEASURES, scores, strict=True))
        lines = [
            str(line)
            for line, values in rows
            if all(values[f"{m}_from"] <= score <= values[f"{m}_to"] for m, score in cell.items())
        ]
        if len(lines) != 1:
            named = ", ".join(f"{measure} {score}" for measure, score in cell.items())
            found = f"the rules in lines {' and '.join(lines)}" if lines else "no rule"
            raise IngestError(
                f"{_file(seed)} has {found} for the scores {named}; expected one: mend the ranges "
                "from and to."
            )
