"""What the tests share: builds of the product, each in a folder of its own, and small logs."""

import contextlib
import csv
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from commands import dbt
from commands.sources import read_source
from commands.warehouse import open_warehouse
from ingest.transactions import Settings, open_transactions
from publish.folder import PublishedFolder, read_manifest
from publish.generation import Generation, Mart
from publish.identity import Identity
from tests.postgres import running_server

HEADER = [
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
    "CustomerID", "Country",
]  # fmt: skip
PROJECT = Path(__file__).resolve().parent.parent

# A project as far as a build needs it.
PARTS = ("dbt_project.yml", "profiles.yml", "macros", "models", "seeds", "tests")

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what builds to prove what becomes of a fault, before pytest picks by marks."""
    for item in items:
        if "faults" in item.path.parts and {"build", "build_elsewhere"} & set(item.fixturenames):
            item.add_marker(pytest.mark.builds)


def copy_warehouse(warehouse, to):
    """Copy both files of a warehouse, and give the path of the copy."""
    for beside in ("", ".marts"):
        shutil.copy(f"{warehouse}{beside}", f"{to}{beside}")
    return to


def dated_answers(folder):
    """Give what a build has learned, by its file, and when."""
    answers = (folder / "warehouse.duckdb.learned").glob("*/*.parquet")
    return {answer: answer.stat().st_mtime_ns for answer in answers}


def check(transactions, environment=None):
    """Run `make check` on a log as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "commands.check", str(transactions)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=os.environ | (environment or {}),
    )


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory):
    """Name the folder that all workers of a test run share in the variable TESTS_SHARE."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["TESTS_SHARE"] = str(shared)
    return shared


@contextlib.contextmanager
def alone(folder):
    """Keep other workers out while one of them makes a folder that all use."""
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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


def environment_in(folder):
    """Give the environment in which dbt keeps the warehouse and its own files in a folder."""
    return os.environ | dbt.environment_in(folder)


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


def run_build(folder, *arguments, **options):
    """Build as `start_build` does, and wait for what comes of it."""
    process = start_build(folder, *arguments, **options)
    stdout, stderr = process.communicate()
    return Build(Path(folder), process.returncode, stdout, stderr)


@pytest.fixture(scope="session")
def build():
    """Give the function `run_build(folder, transactions, settings, select, environment)`."""
    return run_build


@pytest.fixture(scope="session")
def built_once(shared_folder):
    """Give a function that builds as `run_build` does, once for all workers of a test run."""

    def built_once(name, *arguments, **options):
        folder = shared_folder / name
        outcome = shared_folder / f"{name}.json"
        with alone(folder):
            if not outcome.exists():
                built = run_build(folder, *arguments, **options)
                assert built.exit_code == 0, built.stderr
                outcome.write_text(json.dumps([built.exit_code, built.stdout, built.stderr]))
        return Build(folder, *json.loads(outcome.read_text()))

    return built_once


@pytest.fixture(scope="session")
def sample_warehouse(built_once):
    """One build of the bundled sample, for tests that only read it."""
    return built_once("sample", quick=False)


@pytest.fixture(scope="session")
def small_log(tmp_path_factory):
    """A file with a small log."""
    return write_log(tmp_path_factory.mktemp("small") / "log.csv")


@pytest.fixture(scope="session")
def small_build(built_once, small_log):
    """One build of the small log, for tests that compare others with it."""
    return built_once("small", small_log)


@pytest.fixture(scope="session")
def build_elsewhere(built_once, small_log, tmp_path_factory):
    """The small log again: tomorrow, from another folder, without a network where that can be."""
    folder = tmp_path_factory.mktemp("elsewhere")
    clock = fake_clock(folder)
    return built_once(
        "elsewhere",
        os.path.relpath(small_log, folder),
        environment={"LD_PRELOAD": str(clock)} if clock else {},
        started_from=folder,
        under=without_network(),
    )


@pytest.fixture(scope="session")
def cdnow_build(built_once, tmp_path_factory):
    """One build of a log like CDNOW: days without times, no products, no countries, no guests."""
    log = cdnow_log(tmp_path_factory.mktemp("cdnow") / "log.csv")
    return built_once("cdnow", log, read_source("cdnow"))


@pytest.fixture
def published_sample(sample_warehouse, tmp_path):
    """A copy of the sample's build and of what it published, to build over."""
    return shutil.copytree(sample_warehouse.folder, tmp_path / "sample", symlinks=True)


@pytest.fixture
def published_small_log(small_build, tmp_path):
    """A copy of the small log's build and of what it published, to build over."""
    return shutil.copytree(small_build.folder, tmp_path / "small", symlinks=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, whose rates a test may write."""
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        source = PROJECT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
    return folder


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server with an empty database, and nothing of it left afterwards."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def online_retail():
    """Path of the real data, which the environment variable ONLINE_RETAIL names."""
    path = os.environ.get("ONLINE_RETAIL")
    if not path:
        pytest.skip("ONLINE_RETAIL is not set: the real data is not part of the project")
    if not Path(path).is_file():
        pytest.skip(f"ONLINE_RETAIL is set to {path}, which is not there")
    return path


@pytest.fixture(scope="session")
def online_retail_warehouse(built_once, online_retail):
    """One build of the real data, for tests that only read it."""
    return built_once("online_retail", online_retail, quick=False)


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


def publish_version(folder, version, rows=1000, mirror=None):
    """Publish a generation whose two tables say `version` in every row, without dbt."""
    published = PublishedFolder(folder, mirror)
    staging = published.path / ".staging-test"
    with tempfile.TemporaryDirectory() as built, duckdb.connect() as warehouse:
        warehouse.execute(f"attach '{built}/marts.duckdb' as marts")
        identity = Identity(f"build-{version}", "of a log", {}, {}, "of the code")
        generation = Generation(staging, warehouse, "marts", identity)
        warehouse.execute(
            f"use marts; "
            f"create table build_info as select {version} as version, date '2011-12-10' as as_of; "
            f"create table lines as select {version} as version, range as line from range({rows}); "
            "use memory"
        )
        meanings = {"version": "Build, the same in every row.", "line": "Number of the line."}
        generation.add(Mart("lines", "One row per line.", "marts.lines", meanings))
        generation.add(Mart("build_info", "One row for the build.", "marts.build_info"))
        generation.finish()
        published.publish(staging, kept=3)
        generation.discard()
    return published


def files_in(folder):
    """Everything in a folder, with what would change if anyone touched it."""
    return {
        path.relative_to(folder): (
            os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes(),
            path.lstat().st_mtime_ns,
        )
        for path in Path(folder).rglob("*")
    }


def python(code, *arguments, **options):
    """Start Python on a piece of code, in the project."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def rows_of_a_log(orders=60):
    """A small valid log: ten customers, three lines an order, a return now and then."""
    rows = []
    for order in range(orders):
        day = f"2011-{1 + order % 12:02}-{1 + order % 28:02} 10:00:00"
        customer = 17850 + order % 10
        for line in range(3):
            product = f"{85000 + (order + line) % 7}A"
            name = f"GIFT {(order + line) % 7}"
            price = f"{1 + line}.{order % 10}5"
            rows.append(
                [f"{536365 + order}", product, name, str(2 + line), day, price, str(customer), "UK"]
            )
        if order % 9 == 8:
            rows.append([f"C{536365 + order}", *rows[-1][1:3], "-1", *rows[-1][4:]])
    return rows


def write_log(path, rows=None, header=HEADER, encoding="utf-8", delimiter=",", end="\n"):
    """Write a log as CSV and give its path."""
    with open(path, "w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows_of_a_log() if rows is None else rows)
    return path


def cdnow_log(path):
    """Two hundred customers with a row for each order, and a few returns."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "date", "quantity", "amount"])
        for number in range(600):
            customer, month, day = number % 200, 1 + number * 7 % 12, 1 + number * 5 % 28
            units = -1 if number % 50 == 49 else 1 + number % 3
            amount = units * Decimal(f"{10 + number % 9}.77")
            writer.writerow([f"{customer:05}", f"1997{month:02}{day:02}", units, amount])
    return path


def write_rates(project, rows, header="currency,valid_from,rate\n"):
    """Write the rates of other currencies into a copy of the project, or of its seeds alone."""
    if not (project / "seeds").exists():
        shutil.copytree(PROJECT / "seeds", project / "seeds")
    (project / "seeds" / "currency_rates.csv").write_text(header + rows)


READINGS = {
    "quantity": "try_cast(quantity_text as decimal(18, 3))",
    "unit_price": "try_cast(unit_price_text as decimal(18, 4))",
    "ordered_at": "try_cast(ordered_at_text as timestamp)",
}


def opened(path, **changes):
    """Open a log as a build does, with other settings where named."""
    settings = {
        "transactions": str(path),
        "columns": {
            "order_id": "InvoiceNo",
            "product_id": "StockCode",
            "description": "Description",
            "quantity": "Quantity",
            "ordered_at": "InvoiceDate",
            "unit_price": "UnitPrice",
            "customer_id": "CustomerID",
            "country": "Country",
            "line_total": None,
            "status": None,
            "currency": None,
        },
        "encoding": "utf-8",
        "delimiter": ",",
        "project_folder": str(Path(path).parent),
        "scratch_folder": str(Path(path).parent / "scratch"),
        "readings": READINGS,
        "as_of": None,
        "max_invalid_share": 0.01,
    }
    return open_transactions(Settings(**(settings | changes)))


def rows_read(path, **changes):
    """The rows that an opened log's query gives, without the file's name."""
    query = opened(path, **changes).query
    return duckdb.execute(f"select * exclude (source_file) from ({query}) order by all").fetchall()
