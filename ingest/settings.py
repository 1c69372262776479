"""What each var of dbt_project.yml may be; what reaches SQL without quotes must be a number."""

import datetime
import difflib
import os
import re
from pathlib import Path

import yaml

# Makes pseudonyms unguessable. dbt keeps variables of such names out of its logs and artifacts.
SALT = "DBT_ENV_SECRET_CUSTOMER_SALT"
SHORTEST_SALT = 16


def _is_number(least=0, most=float("inf")):
    def allows(value):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and least <= value <= most

    limits = f"of at least {least:g}" if most == float("inf") else f"from {least:g} to {most:g}"
    return f"a number {limits}", allows


def _is_whole(least):
    def allows(value):
        return isinstance(value, int) and not isinstance(value, bool) and value >= least

    return f"a whole number of at least {least}", allows


def _is_one_of(*values):
    return " or ".join(map(repr, values)), lambda value: value in values


def _is_text(value):
    return isinstance(value, str) and value != "" and value.isprintable()


def _is_optional_day(value):
    if value is None or type(value) is datetime.date:
        return True
    try:
        return re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None and bool(
            datetime.date.fromisoformat(value)
        )
    except (TypeError, ValueError):
        return False


def _is_list(allows, value):
    return isinstance(value, list) and value != [] and all(map(allows, value))


TEXT = ("text without line breaks", _is_text)
OPTIONAL_TEXT = ("null or text without line breaks", lambda v: v is None or _is_text(v))
CHARACTER = ("one character", lambda v: isinstance(v, str) and len(v) == 1)
SHARE = _is_number(0, 1)
YES_OR_NO = ("true or false", lambda v: isinstance(v, bool))
COUNTS = ("a list of whole numbers of at least 1", lambda v: _is_list(_is_whole(1)[1], v))

# The kind of every var: what it must be, in words, and a test of a value.
KINDS = {
    "transactions": TEXT,
    "order_id_column": OPTIONAL_TEXT,
    "product_id_column": OPTIONAL_TEXT,
    "description_column": OPTIONAL_TEXT,
    "quantity_column": OPTIONAL_TEXT,
    "ordered_at_column": OPTIONAL_TEXT,
    "unit_price_column": OPTIONAL_TEXT,
    "customer_id_column": OPTIONAL_TEXT,
    "country_column": OPTIONAL_TEXT,
    "encoding": TEXT,
    "delimiter": CHARACTER,
    "decimal_separator": _is_one_of(".", ","),
    "thousands_separator": ("'' or one character", lambda v: v == "" or CHARACTER[1](v)),
    "timestamp_format": (
        "null or a format such as '%d/%m/%Y %H:%M'",
        lambda v: v is None or (_is_text(v) and "%" in v),
    ),
    "time_zone": (
        "a zone such as UTC or Europe/London",
        lambda v: isinstance(v, str) and re.fullmatch("[A-Za-z0-9_+/-]+", v) is not None,
    ),
    "credit_prefix": TEXT,
    "guest_markers": (
        "a list of texts",
        lambda v: v == [] or _is_list(lambda text: isinstance(text, str), v),
    ),
    "hash_customer_ids": YES_OR_NO,
    "currency": TEXT,
    "as_of": ("null or a day such as 2011-10-01", _is_optional_day),
    "max_invalid_share": SHARE,
    "max_units_per_line": _is_number(),
    "max_silent_days": _is_whole(1),
    "generations_kept": _is_whole(1),
    "segment_count": _is_whole(1),
    "fit_period": _is_one_of("month", "quarter", "year"),
    "first_fit_days": _is_whole(0),
    "refit_gain": _is_number(),
    "key_loyalty": _is_number(),
    "outlook_days": _is_whole(1),
    "min_segments": _is_whole(1),
    "max_segments": _is_whole(1),
    "min_stability": SHARE,
    "min_segment_share": SHARE,
    "evaluation_customers": _is_whole(1),
    "full_evaluation": YES_OR_NO,
    "min_subdivision_stability": SHARE,
    "min_subdivision_share": SHARE,
    "nonlinear_map": YES_OR_NO,
    "min_categories": _is_whole(1),
    "max_categories": _is_whole(1),
    "min_category_stability": SHARE,
    "min_category_lift": _is_number(),
    "interest_prior_lines": _is_number(),
    "main_interest_share": SHARE,
    "interest_test_days": _is_whole(1),
    "prediction_horizons": COUNTS,
    "prediction_orders": COUNTS,
    "left_censored_days": _is_whole(0),
    "min_told_accuracy": SHARE,
    "max_neighbour_accuracy": SHARE,
    "stability_resamples": _is_whole(1),
    "random_seed": _is_whole(0),
    "outlier_fence": _is_number(),
}


def problem_with(project_folder, overrides):
    """Say what is wrong with the settings of a build.

    Parameters
    ----------
    project_folder : path
        Where dbt_project.yml is.
    overrides : dict
        Vars from the command line.

    Returns
    -------
    str or None
        A sentence about the first setting that is unknown, is not what it must be, or needs a
        secret that the environment does not hold.
    """
    project = yaml.safe_load((Path(project_folder) / "dbt_project.yml").read_text(encoding="utf-8"))
    settings = project["vars"] | overrides
    for name, value in settings.items():
        if name not in KINDS:
            likely = difflib.get_close_matches(name, KINDS, n=1)
            advice = f"perhaps {likely[0]} is meant" if likely else "dbt_project.yml lists them"
            return f"There is no setting {name!r}; {advice}."
        meaning, allows = KINDS[name]
        if not allows(value):
            return f"The setting {name} is {value!r}; it must be {meaning}."
    if settings["hash_customer_ids"] and len(os.environ.get(SALT, "")) < SHORTEST_SALT:
        return (
            f"The setting hash_customer_ids needs a secret of at least {SHORTEST_SALT} characters "
            f"in the environment variable {SALT}; keep it, since another one makes other ids."
        )
    return None
