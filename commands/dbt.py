"""dbt, run in this process: it parses the project only where something of it has changed."""

import json
import os
import re
from pathlib import Path

from commands.sources import PROJECT, project_vars

WAREHOUSE = os.environ.get("WAREHOUSE", "warehouse.duckdb")


def invoke(arguments, settings, folder=None, callbacks=()):
    """Run one of dbt's commands.

    By itself dbt parses everything anew wherever a var or the path of the warehouse is another one
    than the last time, which takes longer than to import dbt. So it parses for the vars that decide
    what is parsed, and for any warehouse of that name; the command takes what was parsed as it is.

    Parameters
    ----------
    arguments : list of str
        What stands after `dbt` on a command line, without vars and folders.
    settings : dict
        Vars of dbt_project.yml to override.
    folder : path, optional
        Where the warehouse and what dbt writes about it go instead.
    callbacks : sequence of callable
        What takes dbt's events.

    Returns
    -------
    dbt.cli.main.dbtRunnerResult
        Of the command; of parsing, where that failed.
    """
    from dbt.cli.main import dbtRunner  # takes seconds to import

    def options(settings):
        settings = json.dumps(settings, default=str, ensure_ascii=False)
        return ["--vars", settings, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]

    name = Path(WAREHOUSE).name
    os.environ["WAREHOUSE"] = name
    quietly = ["--log-level", "none", "--no-write-json"]
    parsed = dbtRunner().invoke([*quietly, "parse", *options(decides_parsing(settings))])
    os.environ |= environment_in(folder, name) if folder else {"WAREHOUSE": WAREHOUSE}
    if not parsed.success:
        return parsed
    runner = dbtRunner(manifest=parsed.result, callbacks=list(callbacks))
    return runner.invoke([*arguments, *options(settings)])


def environment_in(folder, name="warehouse.duckdb"):
    """Give the environment variables by which dbt writes into a folder alone.

    Parameters
    ----------
    folder : path
    name : str
        Of the warehouse in it.

    Returns
    -------
    dict of str to str
    """
    return {
        "WAREHOUSE": str(Path(folder, name)),
        "DBT_TARGET_PATH": str(Path(folder, "target")),
        "DBT_LOG_PATH": str(Path(folder, "logs")),
    }


def decides_parsing(settings):
    """Keep the settings that decide what dbt parses: those that configurations of models name.

    All others are looked up when SQL is rendered, right before it runs.

    Parameters
    ----------
    settings : dict
        Vars of dbt_project.yml to override.

    Returns
    -------
    dict
        Those of them that differ from their defaults and that dbt has to parse for.
    """
    files = (PROJECT / "models").rglob("*.yml")
    configurations = "".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r"var\('(\w+)'\)", configurations))
    defaults = project_vars()
    return {
        name: settings[name]
        for name in sorted(named & settings.keys())
        if settings[name] != defaults[name]
    }
