"""F35 and F36: secrets and, where the setting says so, customer ids stand nowhere."""

import contextlib
import hashlib
import sqlite3
import sys

import duckdb
import pytest

import commands.report
from ingest.settings import SALT, problem_with
from tests.builds import PROJECT
from tests.logs import HEADER, rows_of_a_log, write_log
from tests.workbooks import write_workbook

PERSON = "canary.person@example.com"
SECRETS = {SALT: "canary-salt-7f3a9b20", "DBT_ENV_SECRET_OTHER": "canary-other-51c8"}


def pseudonym(customer_id):
    """By the rule in docs/reliability.md."""
    return hashlib.sha256(f"{SECRETS[SALT]}/{customer_id}".encode()).hexdigest()[:32]


@pytest.fixture(scope="module")
def hashed(build, tmp_path_factory):
    """The small log with an e-mail address as a customer's id, in a file that is copied first."""
    rows = rows_of_a_log()
    for row in rows:
        row[6] = {"17850": PERSON, "17851": f" {PERSON} ", "17852": "nan"}.get(row[6], row[6])
    log = write_log(tmp_path_factory.mktemp("log") / "log.csv", rows, encoding="utf-16")
    built = build(
        tmp_path_factory.mktemp("hashed"),
        log,
        {"hash_customer_ids": True, "encoding": "utf-16"},
        environment=SECRETS,
    )
    assert built.exit_code == 0, built.stderr
    return built


def files_that_hold(text, folder):
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and (text.encode() in path.read_bytes() or text in path.name)
    ]


@pytest.mark.parametrize("canary", [*SECRETS.values(), PERSON])
def test_no_file_and_no_line_of_output_holds_it(hashed, canary):
    assert len(list((hashed.folder / "target").rglob("*.sql"))) > 100
    assert (hashed.folder / "logs" / "dbt.log").is_file()
    assert files_that_hold(canary, hashed.folder) == []
    assert canary not in hashed.stdout + hashed.stderr
    assert not (hashed.folder / "target" / "transactions").exists()


def test_no_table_holds_the_customer_and_each_has_one_pseudonym(hashed):
    tables = hashed.query("select database_name, schema_name, table_name from duckdb_tables()")
    tables += hashed.query(
        "select database_name, schema_name, view_name from duckdb_views() where not internal"
    )
    assert {("warehouse", "raw", "transactions"), ("marts", "main", "customers")} <= set(tables)
    for database, schema, table in tables:
        found = hashed.query(
            f"select count(*) from {database}.{schema}.{table} as whole_row "
            f"where contains(cast(whole_row as varchar), '{PERSON}')"
        )
        assert found == [(0,)], table
    ids = [customer_id for (customer_id,) in hashed.query("select customer_id from customers")]
    # Of ten customers two are one, and one is a guest.
    assert len(ids) == 8
    assert all(len(customer_id) == 32 for customer_id in ids)
    assert pseudonym(PERSON) in ids


def as_workbook(folder, rows):
    return write_workbook(folder / "log.xlsx", {"log": [HEADER, *rows]})


def as_duckdb(folder, rows):
    csv = write_log(folder / "log.csv", rows)
    with duckdb.connect(folder / "shop.duckdb") as shop:
        shop.execute(f"create table lines as from read_csv('{csv}', all_varchar = true)")
    csv.unlink()
    return f"duckdb:{folder}/shop.duckdb:lines"


def as_sqlite(folder, rows):
    with contextlib.closing(sqlite3.connect(folder / "shop.db")) as shop, shop:
        shop.execute(f"create table lines ({', '.join(HEADER)})")
        shop.executemany("insert into lines values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return f"sqlite:{folder}/shop.db:lines"


@pytest.mark.parametrize("log_as", [as_workbook, as_duckdb, as_sqlite])
def test_workbooks_and_databases_give_the_same_pseudonyms(build, tmp_path, log_as):
    rows = rows_of_a_log()
    for row in rows:
        row[6] = {"17850": PERSON, "17851": "17851.0", "17852": "nan"}.get(row[6], row[6])
    (tmp_path / "log").mkdir()
    built = build(
        tmp_path / "built",
        log_as(tmp_path / "log", rows),
        {"hash_customer_ids": True},
        select="stg_transactions__typed",
        environment=SECRETS,
    )
    assert built.exit_code == 0, built.stdout
    ids = built.query("select distinct customer_id from stg_transactions__typed")
    assert {customer_id for (customer_id,) in ids} == {
        *(pseudonym(number) for number in (17851, *range(17853, 17860))),
        *(pseudonym(PERSON), None),
    }
    assert files_that_hold(PERSON, built.folder) == []
    assert not (built.folder / "target" / "transactions").exists()


def test_a_log_that_is_refused_leaves_no_copy(build, tmp_path):
    rows = [[*row[:6], PERSON, row[7]] for row in rows_of_a_log()]
    (tmp_path / "log").mkdir()
    log = write_log(tmp_path / "log" / "log.csv", rows, [*HEADER[:7], "Land"], encoding="utf-16")
    settings = {"hash_customer_ids": True, "encoding": "utf-16"}
    built = build(tmp_path / "built", log, settings, select="orders", environment=SECRETS)
    assert "has no column 'Country'" in built.stdout
    assert files_that_hold(PERSON, built.folder) == []


def test_no_page_holds_it(hashed, tmp_path, monkeypatch):
    marts = str(hashed.published.path / "marts.duckdb")
    monkeypatch.setattr(commands.report, "PUBLISHED", marts)
    monkeypatch.setattr(sys, "argv", ["report", "--to", str(tmp_path / "page.html")])
    with contextlib.chdir(tmp_path):
        commands.report.main()
    for canary in (*SECRETS.values(), PERSON):
        assert files_that_hold(canary, tmp_path) == []


@pytest.mark.parametrize("salt", [None, "", "too short"])
def test_pseudonyms_that_could_be_guessed_are_refused(monkeypatch, salt):
    monkeypatch.delenv(SALT, raising=False)
    if salt is not None:
        monkeypatch.setenv(SALT, salt)
    assert "needs a secret of at least 16 characters" in problem_with(
        PROJECT, {"hash_customer_ids": True}
    )
