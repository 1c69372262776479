"""The copy in PostgreSQL: whole, with its grants, in the place of the old one or not at all."""

import datetime
import json
import shutil
import subprocess
import sys
from decimal import Decimal

import duckdb
import psycopg
import pytest

from publish.folder import PublishedFolder, PublishError
from publish.postgres import PostgresMirror
from tests.builds import PROJECT, python
from tests.postgres import PASSWORD
from tests.publishes import files_in, publish_version


@pytest.fixture
def mirror(server, monkeypatch):
    """A mirror in an empty database."""
    monkeypatch.setenv("DBT_ENV_SECRET_PUBLISH", server.connection)
    for (schema,) in server.query(
        "select nspname from pg_namespace where nspname ~ '^(marts|reporting)'"
    ):
        server.query(f"drop schema {schema} cascade")
    return PostgresMirror("marts")


@pytest.fixture(scope="module")
def built(build, small_log, server, tmp_path_factory):
    """A build of the small log that is published in both places."""
    built = build(
        tmp_path_factory.mktemp("mirrored"),
        small_log,
        environment={"DBT_ENV_SECRET_PUBLISH": server.connection, "PUBLISH_SCHEMA": "small"},
    )
    assert built.exit_code == 0, built.stderr
    return built


def version_in(server):
    return server.query(
        "select distinct version from marts.build_info join marts.lines using (version)"
    )


def test_every_table_is_copied_value_for_value(sample_warehouse, mirror, server):
    with mirror.copied(sample_warehouse.published.current_generation()):
        pass
    with duckdb.connect(sample_warehouse.published.path / "marts.duckdb", read_only=True) as marts:
        tables = marts.execute("select table_name from duckdb_tables()").fetchall()
        for (name,) in tables:
            rows = marts.execute(f"from {name} order by all").fetchall()
            copied = server.query(f"select * from marts.{name}")
            assert sorted(copied, key=repr) == sorted(rows, key=repr), name
    names = server.query("select relname from pg_class where relnamespace = 'marts'::regnamespace")
    assert set(names) == set(tables)


def test_types_and_meanings_arrive(built, server):
    assert "It is in schema small of PostgreSQL too." in built.stdout
    described = server.query(
        "select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) "
        "from pg_attribute where attrelid = 'small.source_lines'::regclass and attnum > 0"
    )
    types = {name: kind for name, kind, _ in described}
    assert types["line_id"] == "text"
    assert types["ordered_at"] == "timestamp without time zone"
    assert types["amount"] == "numeric(18,7)"
    assert all(meaning for *_, meaning in described)
    ((comment,),) = server.query("select obj_description('small.source_lines'::regclass)")
    assert comment.startswith("One row per")
    assert f"build_id: {built.published.current_generation().name}" in comment


def test_no_password_is_written_anywhere(built):
    assert PASSWORD.encode() not in built.stdout.encode() + built.stderr.encode()
    for path in built.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert PASSWORD.encode() not in content, path
            assert b"not%2Fto%3Abe%40seen" not in content, path


def test_awkward_values(mirror, server, tmp_path):
    values = [None, "", "NULL", "\\N", "\\.", 'a "quoted", line\nand another\r\n', " blank ", "é€"]
    generation = tmp_path / "build-1"
    generation.mkdir()
    with duckdb.connect(generation / "marts.duckdb") as marts:
        marts.execute(
            "create table texts (place integer, text varchar, number double, "
            "amount decimal(28, 7), order_date date, ordered_at timestamp)"
        )
        rows = [
            (place, text, 0.1 + 0.2, Decimal("-12345678901234567890.1234567"),
             datetime.date(2011, 12, 9), datetime.datetime(2011, 12, 9, 12, 50, 1))
            for place, text in enumerate(values)
        ]  # fmt: skip
        rows.append((99, "numbers", float("inf"), None, None, None))
        marts.executemany("insert into texts values (?, ?, ?, ?, ?, ?)", rows)
        marts.execute("comment on table texts is 'One row per text.\nbuild_id: build-1'")
    with mirror.copied(generation):
        pass
    assert server.query("select * from marts.texts order by place") == rows


def test_a_swap_replaces_the_old_and_leaves_nothing(mirror, server, tmp_path):
    for version in (1, 2):
        publish_version(tmp_path, version, mirror=mirror)
        assert version_in(server) == [(version,)]
    assert server.query("select nspname from pg_namespace where nspname like 'marts%'") == [
        ("marts",)
    ]


def test_schemas_of_others_are_not_taken_for_old_builds(mirror, server, tmp_path):
    server.query("create schema marts_old_2023; create table marts_old_2023.lines (theirs text)")
    for version in (1, 2):
        publish_version(tmp_path, version, mirror=mirror)
    assert server.query("select count(*) from marts_old_2023.lines") == [(0,)]


def test_grants_stay_and_reach_new_tables(mirror, server, tmp_path):
    publish_version(tmp_path, 1, mirror=mirror)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        server.query("select * from marts.lines", user="bi")
    server.query(
        "grant usage on schema marts to bi; grant select on all tables in schema marts to bi"
    )
    # As if a later version of the project had a table more.
    server.query("drop table marts.lines")
    publish_version(tmp_path, 2, mirror=mirror)
    assert server.query("select distinct version from marts.lines", user="bi") == [(2,)]
    assert server.query("select version from marts.build_info", user="bi") == [(2,)]


def test_grants_on_some_tables_or_columns_stay_so(mirror, server, tmp_path):
    publish_version(tmp_path, 1, mirror=mirror)
    server.query(
        "grant usage on schema marts to public; grant select (version) on marts.lines to bi"
    )
    publish_version(tmp_path, 2, mirror=mirror)
    assert server.query("select distinct version from marts.lines", user="bi") == [(2,)]
    for refused in ("select line from marts.lines", "select * from marts.build_info"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            server.query(refused, user="bi")


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("create view reporting.top as select * from marts.lines", "view reporting.top"),
        ("create index by_line on marts.lines (line)", "index marts.by_line"),
        ("create policy mine on marts.lines using (true)", "policy mine on table marts.lines"),
        ("alter table marts.lines enable row level security", "row security on table marts.lines"),
        ("create table marts.targets (month date)", "table marts.targets"),
        ("create function marts.one() returns int language sql return 1", "function marts.one"),
    ],
)
def test_what_others_have_made_there_is_not_lost(mirror, server, tmp_path, made, named):
    publish_version(tmp_path, 1, mirror=mirror)
    server.query(f"create schema reporting; {made}")
    before = files_in(tmp_path / "current")
    with pytest.raises(PublishError, match=f"would be lost that is not of a build: .*{named}"):
        publish_version(tmp_path, 2, mirror=mirror)
    assert PublishedFolder(tmp_path).current_generation().name == "build-1"
    assert files_in(tmp_path / "current") == before
    assert server.query("select version from marts.build_info") == [(1,)]


def test_a_schema_that_is_not_ours_is_left_alone(mirror, server, tmp_path):
    server.query("create schema marts; create table marts.lines (theirs text)")
    with pytest.raises(PublishError, match=r"would be lost .*table marts.lines"):
        publish_version(tmp_path, 1, mirror=mirror)
    assert server.query("select count(*) from marts.lines") == [(0,)]
    assert PublishedFolder(tmp_path).current_generation() is None


def test_a_schema_that_was_made_for_it_is_taken_with_its_grants(mirror, server, tmp_path):
    server.query("create schema marts; grant usage on schema marts to bi")
    publish_version(tmp_path, 1, mirror=mirror)
    assert server.query("select has_schema_privilege('bi', 'marts', 'usage')") == [(True,)]


def test_what_fails_in_the_folder_is_undone_in_postgres(mirror, server, tmp_path, monkeypatch):
    publish_version(tmp_path, 1, mirror=mirror)

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(PublishedFolder, "_make_current", full)
    with pytest.raises(OSError, match="No space"):
        publish_version(tmp_path, 2, mirror=mirror)
    assert version_in(server) == [(1,)]


def test_rollback_goes_back_in_both_places_or_in_none(mirror, server, tmp_path, monkeypatch):
    for version in (1, 2):
        publish_version(tmp_path, version, mirror=mirror)
    monkeypatch.setenv("DBT_ENV_SECRET_PUBLISH", server.connection.replace("not%2F", "is"))
    with pytest.raises(PublishError, match="does not let this user in"):
        PublishedFolder(tmp_path, mirror).rollback()
    assert PublishedFolder(tmp_path).current_generation().name == "build-2"
    monkeypatch.setenv("DBT_ENV_SECRET_PUBLISH", server.connection)
    PublishedFolder(tmp_path, mirror).rollback()
    assert PublishedFolder(tmp_path).current_generation().name == "build-1"
    assert version_in(server) == [(1,)]


def test_make_rollback_says_so(mirror, server, tmp_path):
    for version in (1, 2):
        publish_version(tmp_path / "published", version, mirror=mirror)
    ran = subprocess.run(
        [sys.executable, "-m", "commands.rollback"],
        cwd=PROJECT,
        env={
            "WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
            "DBT_ENV_SECRET_PUBLISH": server.connection,
        },
        capture_output=True,
        text=True,
    )
    assert ran.stdout.endswith("It is in schema marts of PostgreSQL too.\n")
    assert version_in(server) == [(1,)]


def test_readers_are_never_stopped_and_see_one_build(mirror, server, tmp_path):
    publish_version(tmp_path, 1, mirror=mirror)
    reader = """
import json, psycopg, sys, time
seen, end = set(), time.monotonic() + 6
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    while time.monotonic() < end:
        seen.add(connection.execute(
            "select min(lines.version), max(lines.version), min(build_info.version), count(*) "
            "from marts.lines cross join marts.build_info"
        ).fetchone())
print(json.dumps(list(seen)))
"""
    readers = [python(reader, server.connection) for _ in range(2)]
    version = 1
    while readers[0].poll() is None:
        version += 1
        publish_version(tmp_path, version, mirror=mirror)
    assert version > 3
    for process in readers:
        seen = json.loads(process.communicate()[0])
        assert process.returncode == 0
        assert len(seen) > 2
        assert [row for row in seen if row != [row[0], row[0], row[0], 1000]] == []


def test_a_session_that_still_reads_the_old_build_is_not_waited_for(mirror, server, tmp_path):
    publish_version(tmp_path, 1, mirror=mirror)
    with psycopg.connect(server.connection) as connection:
        connection.execute("select * from marts.lines limit 1")
        publish_version(tmp_path, 2, mirror=mirror)
        assert version_in(server) == [(2,)]
    publish_version(tmp_path, 3, mirror=mirror)
    assert server.query("select nspname from pg_namespace where nspname like 'marts%'") == [
        ("marts",)
    ]


def test_a_transaction_with_an_older_snapshot_does_not_find_empty_tables(mirror, server, tmp_path):
    publish_version(tmp_path, 1, mirror=mirror)
    with psycopg.connect(server.connection) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("select * from marts.build_info")
        publish_version(tmp_path, 2, mirror=mirror)
        assert connection.execute("select count(*) from marts.lines").fetchall() == [(1000,)]


@pytest.mark.parametrize(
    ("connection", "cause"),
    [
        ("postgresql://shop:{0}@127.0.0.1:1/shop", "no server listens there"),
        ("postgresql://segmentation:{0}@127.0.0.1:{1}/shop", "does not let this user in"),
        # Slips that make the library take pieces of the password for a host or a port.
        ("postgresql://segmentation:hush@{0}@127.0.0.1:{1}/shop", "there is no connection"),
        ("postgresql://segmentation:/{0}@127.0.0.1/shop", "there is no connection"),
        ("password={0} {0}", "is not a connection string"),
    ],
)
def test_no_message_repeats_the_connection(
    mirror, server, tmp_path, monkeypatch, connection, cause
):
    publish_version(tmp_path, 1, mirror=mirror)
    monkeypatch.setenv("DBT_ENV_SECRET_PUBLISH", connection.format("hush-hush", server.port))
    with pytest.raises(PublishError, match=cause) as refused:
        publish_version(tmp_path, 2, mirror=mirror)
    assert "hush" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert version_in(server) == [(1,)]


@pytest.mark.builds
def test_a_build_that_cannot_be_copied_publishes_nowhere(build, small_log, built, server, tmp_path):
    shutil.copytree(built.folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    before = files_in(built.published.current_generation())
    secrets = {"DBT_ENV_SECRET_PUBLISH": server.connection.replace("127.0.0.1", "hush.invalid")}
    refused = build(tmp_path, small_log, {"generations_kept": 2}, environment=secrets)
    assert refused.exit_code != 0
    assert "no host has this name; set DBT_ENV_SECRET_PUBLISH" in refused.stderr
    assert "What is published stays" in refused.stderr
    assert "Traceback" not in refused.stderr
    for path in [*(tmp_path / "logs").rglob("*"), *(tmp_path / "target").rglob("*.json")]:
        if path.is_file():
            assert b"hush.invalid" not in path.read_bytes(), path
    assert files_in(built.published.current_generation()) == before
