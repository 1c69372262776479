"""Builds of the product as its users start them, each in a folder of its own."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from commands import dbt
from commands.warehouse import open_warehouse
from publish.folder import PublishedFolder, read_manifest

PROJECT = Path(__file__).resolve().parent.parent

# Two columns of build_info name the delivery: they differ where the same lines come in other files.
CHECKSUM = """
    select count(*), sum(hash(columns_of_row))
    from (
        select columns(lambda name: name not in ('build_id', 'source_fingerprint')) from {}
    ) as columns_of_row
"""

# Less evidence for numbers of segments and categories than by default, for quick builds.
QUICK = {"evaluation_customers": 300, "stability_resamples": 2}


@dataclass
class Build:
    """What a user sees of a build, and the warehouse that it leaves."""

    folder: Path
    exit_code: int
    stdout: str
    stderr: str

    @property
    def warehouse(self):
        return self.folder / "warehouse.duckdb"

    @property
    def published(self):
        return PublishedFolder(self.folder / "published")

    def query(self, sql):
        with open_warehouse(self.warehouse) as connection:
            return connection.execute(sql).fetchall()

    def manifest(self):
        """What the manifest of what it published says."""
        return read_manifest(self.published.current_generation())

    def checksums(self):
        """Row count and sum of the rows' hashes of every mart: equal only for equal tables."""
        marts = self.query(
            "select table_name from duckdb_tables() where database_name = 'marts' order by all"
        )
        return {mart: self.query(CHECKSUM.format(mart))[0] for (mart,) in marts}


def run_build(folder, *arguments, **options):
    """Build as `start_build` does, and wait for what comes of it."""
    process = start_build(folder, *arguments, **options)
    stdout, stderr = process.communicate()
    return Build(Path(folder), process.returncode, stdout, stderr)


def start_build(
    folder,
    transactions=None,
    settings=None,
    select=None,
    environment=None,
    quick=True,
    started_from=PROJECT,
    under=(),
    plain=False,
):
    """Start a build as a user does, with the warehouse and dbt's own files in `folder`.

    Parameters
    ----------
    folder : path
        Where the warehouse goes; building there again builds over it.
    transactions : path or str, optional
        File or glob; the bundled sample without it.
    settings : dict, optional
        Vars of dbt_project.yml to override.
    select : str, optional
        Build only these models and what tests them, which prints what dbt prints.
    environment : dict, optional
        Environment variables to add.
    quick : bool
        Whether to gather little evidence, see `QUICK`.
    started_from : path
        Folder to start in.
    under : sequence of str
        Command that starts the build, such as one that takes the network away.
    plain : bool
        Whether a part is built as analysts do, by dbt alone, in the project that lies in
        `started_from`; dbt then parses all of it.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings = (QUICK if quick else {}) | (settings or {})
    environment = environment_in(folder) | {"PYTHONPATH": str(PROJECT)} | (environment or {})
    if select is None:
        command = ["-m", "commands.build", "--vars", json.dumps(settings, ensure_ascii=False)]
        command += ["--transactions", str(transactions)] if transactions else []
    else:
        settings |= {"transactions": str(transactions)} if transactions else {}
        part = ["--quiet", "build", "--select", *select.split()]
        part += ["--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"]
        variables = json.dumps(settings, ensure_ascii=False)
        command = (
            ["-m", "dbt.cli.main", *part, "--vars", variables]
            if plain
            else ["-m", "tests.run_dbt", variables, *part]
        )
        # Of a part nobody reads what dbt writes about itself, a tenth of what it takes.
        environment |= {"DBT_WRITE_JSON": "0"}
    if not plain:
        environment |= {"DBT_PARTIAL_PARSE_FILE_PATH": parsed_for(settings)}
    return subprocess.Popen(
        [*under, sys.executable, *command],
        cwd=started_from,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def run_dbt(folder, *arguments):
    """Run one of dbt's commands, with the warehouse and dbt's own files in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "tests.run_dbt", "{}", "--quiet", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=environment_in(folder) | {"DBT_PARTIAL_PARSE_FILE_PATH": parsed_for({})},
    )


def environment_in(folder):
    """Give the environment in which dbt keeps the warehouse and its own files in a folder."""
    return os.environ | dbt.environment_in(folder)


def parsed_for(settings):
    """Give what dbt parses of the project for some settings, parsed by the first who asks."""
    settings = json.dumps(dbt.decides_parsing(settings))
    name = hashlib.sha256(settings.encode()).hexdigest()[:16]
    folder = Path(os.environ["TESTS_SHARE"], f"parsed_{name}")
    parsed = folder / "target" / "partial_parse.msgpack"
    with alone(folder):
        if not parsed.exists():
            subprocess.run(
                [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse", "--vars", settings],
                cwd=PROJECT,
                check=True,
                env=environment_in(folder) | {"WAREHOUSE": "warehouse.duckdb"},
            )
    return str(parsed)


@contextlib.contextmanager
def alone(folder):
    """Keep other workers out while one of them makes a folder that all use."""
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check(transactions, environment=None):
    """Run `make check` on a log as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "commands.check", str(transactions)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=os.environ | (environment or {}),
    )


def python(code, *arguments, **options):
    """Start Python on a piece of code, in the project."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def copy_warehouse(warehouse, to):
    """Copy both files of a warehouse, and give the path of the copy."""
    for beside in ("", ".marts"):
        shutil.copy(f"{warehouse}{beside}", f"{to}{beside}")
    return to


@contextlib.contextmanager
def marts_in_order(warehouse, way):
    """Connect to a copy of the marts whose rows lie in an order (asc, desc) that means nothing."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}.marts' as marts (read_only)")
        for (mart,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            connection.execute(
                f"create table {mart} as from marts.{mart} as lying order by hash(lying) {way}"
            )
        connection.execute("detach marts")
        yield connection


def dated_answers(folder):
    """Give what a build has learned, by its file, and when."""
    answers = (folder / "warehouse.duckdb.learned").glob("*/*.parquet")
    return {answer: answer.stat().st_mtime_ns for answer in answers}


def fake_clock(folder):
    """Compile a library that puts the clock 36 hours ahead, or give None where nothing compiles."""
    library = Path(folder) / "clock.so"
    compiler = shutil.which("cc")
    source = Path(__file__).with_name("clock.c")
    command = [compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    if compiler and subprocess.run(command, capture_output=True).returncode == 0:
        return library
    return None


def without_network():
    """Give the command that takes the network away, or none where that is not allowed."""
    command = ["unshare", "--net"]
    if (
        shutil.which("unshare")
        and not subprocess.run([*command, "true"], capture_output=True).returncode
    ):
        return command
    return []
