"""dbt, run in this process: it parses the project only where something of it has changed."""

import json
import os
import re
from pathlib import Path

from commands.sources import PROJECT, project_vars

WAREHOUSE = os.environ.get("WAREHOUSE", "warehouse.duckdb")


def invoke(arguments, settings, folder=None, callbacks=(), project=PROJECT):
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
    project : path
        Folder of the project.

    Returns
    -------
    dbt.cli.main.dbtRunnerResult
        Of the command; of parsing, where that failed.
    """
    from dbt.cli.main import dbtRunner  # takes seconds to import

    def options(settings):
        settings = json.dumps(settings, default=str, ensure_ascii=False)
        return ["--vars", settings, "--project-dir", str(project), "--profiles-dir", str(project)]

    name = Path(WAREHOUSE).name
    os.environ["WAREHOUSE"] = name
    quietly = ["--log-level", "none", "--no-write-json"]
    parsed = dbtRunner().invoke([*quietly, "parse", *options(decides_parsing(settings, project))])
    if not parsed.success:
        return parsed
    os.environ["WAREHOUSE"] = WAREHOUSE
    if folder:
        os.environ |= {
            "WAREHOUSE": str(Path(folder, name)),
            "DBT_TARGET_PATH": str(Path(folder, "target")),
            "DBT_LOG_PATH": str(Path(folder, "logs")),
        }
    runner = dbtRunner(manifest=parsed.result, callbacks=list(callbacks))
    return runner.invoke([*arguments, *options(settings)])


def decides_parsing(settings, project=PROJECT):
    """Keep the settings that decide what dbt parses: those that configurations of models name.

    All others are looked up when SQL is rendered, right before it runs.
    """
    files = Path(project, "models").rglob("*.yml")
    configurations = "".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r"var\('(\w+)'\)", configurations))
    defaults = project_vars()
    return {
        name: settings[name]
        for name in sorted(named & settings.keys())
        if settings[name] != defaults[name]
    }
