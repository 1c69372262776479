"""`make score`: where the new customers of a file of transactions will be, without a build.

The last build's model and segments are read from the warehouse. The features are made by the same
dbt models that made them for learning, in a warehouse of their own that is thrown away.
"""

import argparse
import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

import duckdb

from commands.build import build
from commands.dbt import WAREHOUSE
from commands.sources import PROJECT, SourceError, add_arguments, settings_of
from commands.terminal import count, reader_may_leave, written_out
from commands.warehouse import open_warehouse
from ingest.settings import problem_with
from ml import model_file, prediction, prediction_choice

MODELS = [
    "+early_orders_features",
    "int_predictions__time_left",
    "int_predictions__kept",
    "int_predictions__states",
    "int_predictions__imagined",
    "int_predictions__features",
]


class ScoringError(Exception):
    """Says in a sentence why nothing can be scored."""


def main():
    """Print a prediction for each new customer, or what is wrong and exit with 1."""
    arguments = _arguments()
    warehouse = Path(PROJECT, WAREHOUSE)
    try:
        settings = settings_of(arguments)
        learned = read_learned(warehouse)
        cases = features_of(arguments.orders, settings, learned)
    except (ScoringError, SourceError, model_file.UnusableModelError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    with reader_may_leave():
        print_scores(cases, learned)


def read_learned(warehouse):
    """Read what the last build learned.

    Parameters
    ----------
    warehouse : path

    Returns
    -------
    dict
        `models` by horizon, `margins` and `segment_models` (tables), `names` of segments by key,
        and `segment_count`, the setting of the build.

    Raises
    ------
    ScoringError
        If there is no build, or none that learned to predict.
    ml.model_file.UnusableModelError
        If the model is of another version or is not what the build wrote.
    """
    if not warehouse.is_file():
        raise ScoringError(f"There is no model: {warehouse} is missing. Run make build first.")
    try:
        with open_warehouse(warehouse) as connection:
            fits = connection.sql("from int_predictions__fitted where fit = 'present'").df()
            margins = connection.sql("from int_predictions__margins_in_use").df()
            segment_models = connection.sql("from segment_models").df()
            names = connection.sql("select segment_key, segment_name from segment_playbook")
            names = dict(names.fetchall())
            count = connection.sql("select segment_count from build_info")
            ((segment_count,),) = count.fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ScoringError(
            f"There is no model in {warehouse}: an earlier version built it, or its last build "
            "failed. Build again."
        ) from error
    except duckdb.Error as error:
        what = str(error).splitlines()[0]
        raise ScoringError(
            f"{warehouse} cannot be read, perhaps because a build is at work on it ({what})."
        ) from error
    if fits.empty:
        raise ScoringError(
            f"There is no model in {warehouse}: its log was too short, or had too few customers "
            "whose first order it shows, to learn and test one."
        )
    return {
        "models": prediction.models_of(fits),
        "margins": margins,
        "names": names,
        "segment_models": segment_models,
        "segment_count": segment_count,
    }


def features_of(orders, settings, learned):
    """Make the features of the customers of a file.

    Parameters
    ----------
    orders : path
        Transactions as a build takes them: all that there are of the customers so far.
    settings : dict
        Vars of dbt_project.yml to override; without `as_of` it is the day after the last line.
    learned : dict
        What `read_learned` gives.

    Returns
    -------
    pandas.DataFrame, one row per customer and horizon
        The latest row of each in `int_predictions__features`.

    Raises
    ------
    ScoringError
        If the file is missing or cannot be used.
    """
    if not str(orders):
        raise ScoringError("No file is named: make score ORDERS=path/to/transactions.csv")
    orders = Path(orders).resolve()
    if not orders.is_file():
        raise ScoringError(f"{orders} is not there: make score ORDERS=path/to/transactions.csv")
    if problem := problem_with(PROJECT, settings):
        raise ScoringError(problem)
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder, Path(WAREHOUSE).name)
        with open_warehouse(warehouse, read_only=False) as connection:
            connection.register("learned", learned["segment_models"])
            connection.execute("create table marts.segment_models as from learned")
        settings = settings | {
            "transactions": str(orders),
            "prediction_horizons": sorted(int(horizon) for horizon in learned["models"]),
            "segment_count": learned["segment_count"],
            # The file begins with its customers, not with a log.
            "left_censored_days": 0,
        }
        os.chdir(PROJECT)
        notes = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(notes):
            problems = build(settings, MODELS, folder)
        print(notes.getvalue(), end="", file=sys.stderr)
        if problems:
            raise ScoringError("\n".join(problems))
        # In this process dbt has the warehouse open for writing, so it cannot be read-only.
        with open_warehouse(warehouse, read_only=False) as connection:
            for note in _invalid_lines(connection, orders):
                print(note, file=sys.stderr)
            return connection.sql(
                "from int_predictions__features where is_latest order by horizon_days, customer_id"
            ).df()


def _invalid_lines(connection, orders):
    """Say which lines of the file count for nobody; a build has a test of that."""
    invalid = connection.sql(
        "select verdict_reason, count(*) from source_lines where verdict = 'invalid' "
        "group by verdict_reason order by count(*) desc, verdict_reason"
    )
    for reason, lines in invalid.fetchall():
        yield f"Note: {count(lines, 'line', 'lines')} of {orders} left out as invalid ({reason})."


def print_scores(cases, learned):
    """Print what is expected of each customer."""
    scored = prediction.score(cases[~cases["is_over"]], learned["models"])
    answers_of = dict(list(scored.groupby(["customer_id", "horizon_days"])))
    for case in cases.itertuples():
        orders = f"{case.orders_seen} order{'s' if case.orders_seen > 1 else ''}"
        print(f"{written_out(case.customer_id)}, {orders}, on {case.horizon_at:%Y-%m-%d} ", end="")
        print(f"({case.horizon_days} days after the first):")
        if case.is_over:
            print("    no new customer any more: the day has passed")
            continue
        of_case = answers_of[case.customer_id, case.horizon_days]
        answers = of_case.set_index(["target", "outcome"])["probability"]
        segments = answers["segment"].sort_values(ascending=False, kind="stable")
        lead = prediction_choice.leads(segments.to_numpy()[None, :])[0]
        told = lead >= _margin(learned["margins"], case.horizon_days, case.orders_seen)
        print(
            f"    {learned['names'][segments.index[0]] if told else 'too early to tell'}: ", end=""
        )
        print(", ".join(f"{learned['names'][key]} {share:.1%}" for key, share in segments.items()))
        print(f"    another order by then {answers['buys_again', 'yes']:.1%}, ", end="")
        print(f"in the top fifth of value {answers['top_fifth', 'yes']:.1%}")
    if cases.empty:
        print("No customer in the file has ordered a product.")


def _margin(margins, horizon, orders):
    """Find the lead from which a segment is told; after fewer orders than any tested, never."""
    of_fewer = margins[(margins["horizon_days"] == horizon) & (margins["orders_from"] <= orders)]
    if of_fewer.empty:
        return prediction_choice.NEVER_TOLD
    return of_fewer.sort_values("orders_from")["margin"].iloc[-1]


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("orders", help="file with transactions of new customers")
    add_arguments(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
