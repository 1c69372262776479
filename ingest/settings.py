"""What each var of dbt_project.yml may be: what reaches SQL without quotes must be a number."""

import datetime
import difflib
import math
import os
import re
from pathlib import Path

import duckdb
import yaml

from ingest.quoting import literal
from ingest.seeds import problem_with_seeds
from ingest.sniffing import COUNTED

# Makes pseudonyms unguessable. dbt keeps variables of such names out of its logs and artifacts.
SALT = "DBT_ENV_SECRET_CUSTOMER_SALT"
SHORTEST_SALT = 16

# No number is larger, so that SQL can take it.
MOST = 10**15


def _is_number(least=0, most=math.inf, types=int | float, name="a number"):
    def allows(value):
        is_number = isinstance(value, types) and not isinstance(value, bool)
        return is_number and least <= value <= most and value < MOST

    limits = f"of at least {least:,}" if most == math.inf else f"from {least:,} to {most:,}"
    return f"{name} {limits}", allows


def _is_whole(least, most=math.inf):
    return _is_number(least, most, int, "a whole number")


def _is_one_of(*values):
    return " or ".join(map(repr, values)), lambda value: value in values


def _is_text(value):
    # Paths may have blanks that do not break, which Python does not call printable.
    return (
        isinstance(value, str)
        and value != ""
        and value.replace("\N{NO-BREAK SPACE}", " ").isprintable()
    )


def _is_optional_day(value):
    if value is None or type(value) is datetime.date:
        return True
    try:
        return re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None and bool(
            datetime.date.fromisoformat(value)
        )
    except (TypeError, ValueError):
        return False


def _is_optional_zone(value):
    if value is None:
        return True
    known = f"select count(*) from pg_timezone_names() where name = {literal(value)}"  # noqa: S608
    with duckdb.connect() as connection:
        return isinstance(value, str) and connection.execute(known).fetchone()[0] > 0


def _is_optional_format(value):
    return value is None or value in COUNTED or (_is_text(value) and "%" in value)


def _is_list_of(allows, value):
    return isinstance(value, list) and all(map(allows, value))


def _is_list_of_counts(value):
    return _is_list_of(_is_whole(1)[1], value) and len(set(value)) == len(value) > 0


def _is_list_of_lower_case(value):
    return _is_list_of(lambda text: isinstance(text, str) and text == text.lower(), value)


def _is_separator(value):
    return isinstance(value, str) and len(value) <= 1 and not value.isalnum()


TEXT = ("text without line breaks", _is_text)
# The names that a log has for its columns and sheets may be any.
NAME = ("null or a column's name", lambda v: v is None or (isinstance(v, str) and v != ""))
NAMED = ("a column's name", lambda v: isinstance(v, str) and v != "")
NAMES = ("a list of texts", lambda v: _is_list_of(NAMED[1], v))
SHARE = _is_number(0, 1)
YES_OR_NO = ("true or false", lambda v: isinstance(v, bool))
COUNTS = ("a list of different whole numbers of at least 1", _is_list_of_counts)

# The kind of every var: what it must be, in words, and a test of a value.
KINDS = {
    "transactions": TEXT,
    "order_id_column": NAME,
    "product_id_column": NAME,
    "description_column": NAME,
    "quantity_column": NAMED,
    "ordered_at_column": NAMED,
    "time_column": NAME,
    "unit_price_column": NAME,
    "line_total_column": NAME,
    "customer_id_column": NAME,
    "country_column": NAME,
    "status_column": NAME,
    "currency_column": NAME,
    "sheets": NAMES,
    "encoding": TEXT,
    "delimiter": (
        "one character, no letter or digit",
        lambda v: v != "" and _is_separator(v),
    ),
    "decimal_separator": _is_one_of(".", ","),
    "thousands_separator": ("'' or one character, no letter or digit", _is_separator),
    "currency_sign": (
        "null or a sign such as '€' or 'kr.', no digit",
        lambda v: v is None or (_is_text(v) and not re.search(r"[\d,()+-]|^\.", v)),
    ),
    "timestamp_format": (
        "null, a format such as '%d/%m/%Y %H:%M', or unix, unix_ms or excel",
        _is_optional_format,
    ),
    "time_zone": ("null or a zone such as Europe/London or UTC", _is_optional_zone),
    "credit_marker": _is_one_of("prefix", "negative_quantity", "negative_amount", "status"),
    "credit_prefix": (
        "text, or '' where no order is a credit",
        lambda v: isinstance(v, str) and v.isprintable(),
    ),
    "credit_statuses": NAMES,
    "not_sold_statuses": NAMES,
    "guest_markers": ("a list of texts in lower case", _is_list_of_lower_case),
    "hash_customer_ids": YES_OR_NO,
    "currency": (
        "an ISO 4217 code such as GBP",
        lambda v: isinstance(v, str) and re.fullmatch("[A-Z]{3}", v) is not None,
    ),
    "as_of": ("null or a day such as 2011-10-01", _is_optional_day),
    "max_invalid_share": SHARE,
    "max_units_per_line": _is_number(1),
    "max_silent_days": _is_whole(1),
    "generations_kept": _is_whole(1),
    "segment_count": _is_whole(1, 100),
    "fit_period": _is_one_of("month", "quarter", "year"),
    "first_fit_days": _is_whole(0),
    "refit_gain": _is_number(),
    "key_loyalty": _is_number(),
    "min_step_days": _is_whole(0),
    "outlook_days": _is_whole(1),
    "min_segments": _is_whole(1),
    "max_segments": _is_whole(1),
    "min_stability": SHARE,
    "min_segment_share": SHARE,
    "full_evaluation": YES_OR_NO,
    "min_subdivision_stability": SHARE,
    "min_subdivision_share": SHARE,
    "nonlinear_map": YES_OR_NO,
    "min_categories": _is_whole(1),
    "max_categories": _is_whole(1),
    "min_category_stability": SHARE,
    "min_category_lift": _is_number(),
    "category_loyalty": SHARE,
    "interest_prior_lines": _is_number(),
    "main_interest_share": SHARE,
    "interest_test_days": _is_whole(1),
    "prediction_horizons": COUNTS,
    "prediction_orders": COUNTS,
    "left_censored_days": _is_whole(0),
    "min_told_accuracy": SHARE,
    "max_neighbour_accuracy": SHARE,
    "learning_period": _is_one_of("day", "month", "quarter"),
    "fit_share": ("a number above 0, of at most 1", lambda v: v != 0 and SHARE[1](v)),
    "stability_resamples": _is_whole(1),
    "fit_customers": _is_whole(50),
    "fit_new_customers": _is_whole(1),
    "fit_baskets": _is_whole(1),
    "fit_products": _is_whole(1),
    "evaluation_customers": _is_whole(50),
    "random_seed": _is_whole(0, 2**31 - 1),
    "outlier_fence": _is_number(),
}


# Pairs of settings that have to go together: when they do not, and what to do then.
PAIRS = [
    (
        ("decimal_separator", "thousands_separator"),
        lambda decimal, thousands: decimal == thousands,
        "set thousands_separator to another character, or to '' for none",
    ),
    (
        ("timestamp_format", "time_zone"),
        lambda written, zone: zone is None and re.search("%z", written or "", re.IGNORECASE),
        "set time_zone to the shop's zone, since %z reads how far from UTC a time is",
    ),
    (
        ("credit_marker", "credit_statuses"),
        lambda marker, statuses: marker == "status" and not statuses,
        "set credit_statuses to the statuses of lines that were given back",
    ),
    (
        ("min_segments", "max_segments"),
        lambda least, most: least > most,
        "set max_segments to no less than min_segments",
    ),
    (
        ("min_categories", "max_categories"),
        lambda least, most: least > most,
        "set max_categories to no less than min_categories",
    ),
]


def problem_with_any(settings):
    """Say which setting is unknown or is not what it must be.

    Parameters
    ----------
    settings : dict
        Some vars.

    Returns
    -------
    str or None
        A sentence about the first of them.

    Examples
    --------
    >>> problem_with_any({"segment_count": "4"})
    "The setting segment_count is '4'; it must be a whole number from 1 to 100."
    >>> problem_with_any({"segment_cuont": 4})
    "There is no setting 'segment_cuont'; perhaps segment_count is meant."
    """
    for name, value in settings.items():
        if name not in KINDS:
            likely = difflib.get_close_matches(str(name), KINDS, n=1)
            advice = f"perhaps {likely[0]} is meant" if likely else "dbt_project.yml lists them"
            return f"There is no setting {name!r}; {advice}."
        meaning, allows = KINDS[name]
        if not allows(value):
            return f"The setting {name} is {value!r}; it must be {meaning}."
    return None


def problem_with(project_folder, overrides):
    """Say what is wrong with the settings or the seeds of a build.

    Parameters
    ----------
    project_folder : path
        Where dbt_project.yml and the folder of seeds are.
    overrides : dict
        Vars from the command line.

    Returns
    -------
    str or None
        A sentence about the first setting that is unknown, is not what it must be, does not go with
        another, or needs a secret that the environment does not hold; else about the seeds.
    """
    project = yaml.safe_load((Path(project_folder) / "dbt_project.yml").read_text(encoding="utf-8"))
    settings = project["vars"] | overrides
    if problem := problem_with_any(settings):
        return problem
    for (one, other), is_wrong, advice in PAIRS:
        if is_wrong(settings[one], settings[other]):
            return (
                f"The settings {one} and {other} are {settings[one]!r} and {settings[other]!r}, "
                f"which do not go together: {advice}."
            )
    if settings["hash_customer_ids"] and len(os.environ.get(SALT, "")) < SHORTEST_SALT:
        return (
            f"The setting hash_customer_ids needs a secret of at least {SHORTEST_SALT} characters "
            f"in the environment variable {SALT}; keep it, since another one makes other ids."
        )
    return problem_with_seeds(project_folder)
