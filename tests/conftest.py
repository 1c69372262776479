"""What the tests share: builds of the product, each in a folder of its own, and small logs."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parent.parent


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

    def query(self, sql):
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def checksums(self):
        """Row count and sum of the rows' hashes of every mart: equal only for equal tables."""
        marts = self.query(
            "select table_name from duckdb_tables() where schema_name = 'main' "
            "and table_name not like 'stg_%' and table_name not like 'int_%' order by table_name"
        )
        return {
            mart: self.query(
                f"select count(*), sum(hash(columns_of_row)) from {mart} as columns_of_row"
            )[0]
            for (mart,) in marts
        }


def run_build(folder, transactions=None, settings=None, select=None, environment=None):
    """Build as a user does, with the warehouse and dbt's own files in `folder`.

    Parameters
    ----------
    folder : path
        Where the warehouse goes; building there again builds over it.
    transactions : path or str, optional
        File or glob; the bundled sample without it.
    settings : dict, optional
        Vars of dbt_project.yml to override.
    select : str, optional
        Build only these models, by plain dbt: quicker, but without what `make build` prints.
    environment : dict, optional
        Environment variables to add.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings = dict(settings or {})
    if select is None:
        command = ["-m", "commands.build", "--vars", json.dumps(settings)]
        command += ["--transactions", str(transactions)] if transactions else []
    else:
        settings |= {"transactions": str(transactions)} if transactions else {}
        command = ["-m", "dbt.cli.main", "build", "--select", select, "--quiet"]
        command += ["--exclude-resource-type", "unit_test", "--vars", json.dumps(settings)]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=os.environ
        | {
            "WAREHOUSE": str(folder / "warehouse.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        | (environment or {}),
    )
    return Build(folder, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def build():
    """Give the function `run_build(folder, transactions, settings, select, environment)`."""
    return run_build


@pytest.fixture(scope="session")
def sample_warehouse(build, tmp_path_factory):
    """One build of the bundled sample, for tests that only read it."""
    built = build(tmp_path_factory.mktemp("sample"))
    assert built.exit_code == 0, built.stderr
    return built


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
def online_retail_warehouse(build, online_retail, tmp_path_factory):
    """One build of the real data, for tests that only read it."""
    built = build(tmp_path_factory.mktemp("online_retail"), online_retail)
    assert built.exit_code == 0, built.stderr
    return built
