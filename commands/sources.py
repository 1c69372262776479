"""Source files: the settings that one kind of log needs, under a name."""

import json
from functools import cache
from pathlib import Path

import yaml

from ingest.settings import problem_with_any

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "sources"


class SourceError(Exception):
    """Says in a sentence why a source file cannot be used."""


def add_arguments(parser):
    """Let a command take the arguments that `settings_of` reads.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    parser.add_argument("--source", help="kind of log: a name in sources/, or a YAML file")
    parser.add_argument("--as-of", help="day the tables speak of, YYYY-MM-DD")
    parser.add_argument("--vars", default="{}", help="other vars of dbt_project.yml, as JSON")


def settings_of(arguments):
    """Give the settings of a command: those of the source, and over them the user's own.

    Parameters
    ----------
    arguments : argparse.Namespace
        With those of `add_arguments`.

    Returns
    -------
    dict
        Vars of dbt_project.yml to override.

    Raises
    ------
    SourceError
        If the source or the user's own settings cannot be read.
    """
    settings = read_source(arguments.source) if arguments.source else {}
    settings |= _settings_in(arguments.vars)
    if arguments.as_of:
        settings["as_of"] = arguments.as_of
    return settings


def _settings_in(variables):
    try:
        settings = json.loads(variables)
    except ValueError as error:
        raise SourceError(
            f"VARS is {variables!r}, which is not JSON ({error}); expected settings such as "
            '{"delimiter": ";"}.'
        ) from error
    if not isinstance(settings, dict):
        raise SourceError(f'VARS is {variables!r}; expected settings such as {{"delimiter": ";"}}.')
    return settings


def read_source(source):
    """Read a source file.

    Parameters
    ----------
    source : str
        Name of a file in `sources/` without `.yml`, or path of another YAML file.

    Returns
    -------
    dict
        Its vars.

    Raises
    ------
    SourceError
        If there is no such file, or it does not give vars of dbt_project.yml what they must be.
    """
    shipped = {path.stem: path for path in sorted(SOURCES.glob("*.yml"))}
    path = shipped.get(source, Path(source))
    if not path.is_file():
        raise SourceError(
            f"There is no source '{source}'; set SOURCE to one of {', '.join(shipped)}, or to a "
            "YAML file of settings."
        )
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problem = " ".join(str(error).split())
        raise SourceError(
            f"{path} is not YAML ({problem}); expected lines such as 'delimiter: \";\"'."
        ) from error
    if not isinstance(settings, dict):
        raise SourceError(f"{path} has no settings; expected lines such as 'delimiter: \";\"'.")
    if problem := problem_with_any(settings):
        raise SourceError(f"{path}: {problem}")
    return settings


@cache
def project_vars():
    """Give all settings that there are with their defaults: the vars of dbt_project.yml."""
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
