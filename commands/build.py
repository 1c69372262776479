"""`make build`: run dbt on a transaction log, then print the segments.

dbt does the work; this shows its progress on one line, turns its errors into sentences, and reads
what was published.
"""

import argparse
import glob
import os
import re
import sys
import threading

from commands.dbt import WAREHOUSE, invoke
from commands.sources import PROJECT, SourceError, add_arguments, settings_of
from commands.terminal import lines_written_out
from ingest.databases import table_of
from ingest.settings import problem_with
from publish.folder import folder_beside

PUBLISHED = folder_beside(WAREHOUSE) / "marts.duckdb"
LOG = "logs/dbt.log"


def main():
    """Build, print the segments, and exit with 0, or print what is wrong and exit with 1."""
    arguments = _arguments()
    try:
        settings = settings_of(arguments)
    except SourceError as error:
        sys.exit(str(error))
    if arguments.transactions:
        settings["transactions"] = absolute(arguments.transactions)
    os.chdir(PROJECT)
    if problem := problem_with(PROJECT, settings):
        sys.exit(problem)
    problems = build(settings)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"Nothing more was built. The whole story is in {LOG}.", file=sys.stderr)
        sys.exit(1)
    print_segments()


def absolute(transactions):
    """Say where a log is that is named from the folder where `make` was started.

    Parameters
    ----------
    transactions : str
        What the setting says: file, glob or table.
    """
    folder = os.getcwd()
    if table := table_of(transactions, folder):
        return table.setting
    if os.path.exists(transactions):
        return os.path.abspath(transactions)
    return os.path.join(glob.escape(folder), transactions)


def build(settings, only=(), folder=None):
    """Run `dbt build` without unit tests, which `make test` runs.

    Parameters
    ----------
    settings : dict
        Vars of dbt_project.yml to override.
    only : sequence of str
        Build only these models, in dbt's notation, and test nothing.
    folder : path, optional
        Where the warehouse and what dbt writes about it go instead.

    Returns
    -------
    list of str
        What went wrong, a sentence each; empty after success.
    """
    print("Starting dbt …", end="\r", flush=True)
    progress = Progress()
    arguments = ["--log-level", "none", "build", "--exclude-resource-type", "unit_test"]
    if only:
        arguments += ["--select", *only, "--exclude-resource-type", "test"]
    result = invoke(arguments, settings, folder, [progress])
    progress.clear()
    if result.exception is not None:
        return [_sentence(str(result.exception))]
    told = {problem.partition(":")[0] for problem in progress.problems}
    return progress.problems + [
        f"{node.node.name}: {_sentence(node.message)}"
        if node.node.resource_type != "operation"
        else _sentence(node.message)
        for node in result.result
        if node.status in ("error", "fail", "runtime error") and node.node.name not in told
    ]


class Progress:
    """Shows on one line which of dbt's nodes is at work; on a file, a line for each model.

    Attributes
    ----------
    problems : list of str
        What failed tests found, where they say it in a sentence.
    """

    def __init__(self):
        self.problems = []
        self._one_by_one = threading.Lock()

    def __call__(self, event):
        """Take one of dbt's events, of which its threads send several at once."""
        # Of what threads print at once into a file, Pythons before 3.11.10 and 3.12.4 lose lines
        # and make up for their length with what memory holds (CPython's issue 119506).
        with self._one_by_one:
            self._take(event)

    def _take(self, event):
        if event.info.name == "LogStartLine":
            node = event.data
            self._show(f"{node.index:>3} of {node.total}  {node.description}")
        elif event.info.name == "JinjaLogWarning":
            self.clear()
            print(f"Note: {lines_written_out(event.data.msg.strip())}", file=sys.stderr)
        elif event.info.name == "JinjaLogInfo":
            self.clear()
            print(lines_written_out(event.data.msg))
        elif event.info.name == "PrintEvent":
            self.problems.append(lines_written_out(event.data.msg))

    def _show(self, text):
        if sys.stdout.isatty():
            print(f"\r\033[K{text[:100]}", end="", flush=True)
        elif " model " in text:
            print(text)

    def clear(self):
        """Make room for lines that stay."""
        if sys.stdout.isatty():
            print("\r\033[K", end="", flush=True)


def _sentence(message):
    """Keep what is for the user of an error that dbt has wrapped in its own words."""
    # Of an error in Python what the last line says, after its name.
    message = re.split(r"Traceback.*^ *[\w.]+: ", message, flags=re.DOTALL | re.MULTILINE)[-1]
    lines = [line.strip() for line in message.strip().splitlines()]
    wrapping = (
        "Compilation Error in",
        "Runtime Error in",
        "Database Error",
        "> in macro",
        "> called by",
    )
    return lines_written_out(
        " ".join(line for line in lines if line and not line.startswith(wrapping))
    )


def print_segments():
    """Print the segments with their sizes and what to do, the interests, where to look next."""
    import duckdb

    with duckdb.connect(PUBLISHED, read_only=True) as marts:
        currency, as_of, lines, wanted, fitted, are_all_guests = marts.execute(
            "select currency, as_of, source_lines, segment_count, "
            "(select count(*) from segment_models where is_in_force), "
            "(select count(*) = 0 from customers) from build_info"
        ).fetchall()[0]
        segments = marts.execute(
            """
            select
                segment_name, customers, customer_share, revenue_share,
                median_recency_days, median_frequency_orders, median_monetary_amount, strategy
            from segments
            order by segment_rank nulls last, customers desc, segment_name
            """
        ).fetchall()
        interests = marts.execute(
            "select category_name from interest_categories where category_key <> 'other' "
            "order by net_amount desc, category_name"
        ).fetchall()
    print(f"\n{lines:,} {'line' if lines == 1 else 'lines'}, as of {as_of}:\n")
    print("\n".join(segment_lines(segments, currency)))
    if fitted < wanted:
        print(f"\n{_too_few(fitted, wanted, are_all_guests)}")
    print(f"\n{_interests_in_words([name for (name,) in interests])}")
    print(
        f"\nDays since the last order, orders and {currency} are medians of a customer.\n"
        f"\nThe tables are in {PUBLISHED}; look next at\n"
        "    customers           each customer in a row: sales, segment, interest\n"
        "    customer_segments   who belongs to which segment, and why\n"
        "    interest_categories what the products are sorted into\n"
        "    line_funnel         what became of every line, unit and amount\n"
        "    returns             which purchase each credit gives back"
    )


def segment_lines(segments, currency):
    """Lay the segments out in columns that are as wide as their figures.

    Parameters
    ----------
    segments : list of tuple
        Name; customers, their share and that of revenue; medians of days, orders and amounts, None
        where there are none; strategy.
    currency : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> for line in segment_lines([("All", 3, 1, 1, 5, 67, 30624957300, "Call them.")], "GBP"):
    ...     print(line)
    segment          customers     share   revenue      days    orders            GBP
    All                      3    100.0%    100.0%         5        67 30,624,957,300
        Call them.
    """
    table = [("segment", "customers", "share", "revenue", "days", "orders", currency)]
    for name, customers, share, revenue, *medians, _ in segments:
        figures = [f"{customers:,}", f"{share:.1%}", f"{revenue or 0:.1%}"]
        figures += ["–" if value is None else f"{value:,.0f}" for value in medians]
        table.append((name, *figures))
    first, *widths = (max(map(len, column)) + 1 for column in zip(*table, strict=True))
    laid_out = [
        f"{name:<{max(first, 16)}}"
        + "".join(f"{figure:>{max(wide, 10)}}" for figure, wide in zip(row, widths, strict=True))
        for name, *row in table
    ]
    heading, *lines = laid_out
    strategies = (f"    {strategy}" for *_, strategy in segments)
    return [heading, *(line for pair in zip(lines, strategies, strict=True) for line in pair)]


def _too_few(fitted, wanted, are_all_guests):
    if are_all_guests:
        return "No segments: no line has a customer (settings customer_id_column, guest_markers)."
    return (
        f"{fitted} of {wanted} segments are told apart: too few different customers keep something "
        "to tell more."
    )


def _interests_in_words(names):
    if not names:
        return (
            "No categories of interest: the log has no descriptions (the setting "
            "description_column), or too few products that are bought together."
        )
    return f"{len(names)} categories of interest: {'; '.join(names)}."


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transactions", help="file or glob, or a table")
    add_arguments(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
