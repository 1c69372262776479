"""What BI tools see: every public mart, in DuckDB and in Parquet, of one build."""

import json
import subprocess
import sys

import duckdb
import pandas
import pytest

from commands.warehouse import STORAGE_VERSION
from publish.folder import PublishedFolder, PublishError, is_intact
from publish.identity import identify
from tests.builds import CHECKSUM, PROJECT, python
from tests.logs import rows_of_a_log, write_log
from tests.publishes import publish_version

MARTS = """
    select table_name from duckdb_tables()
    where database_name = 'marts' and schema_name = 'main' order by table_name
"""


@pytest.fixture(scope="module")
def published(sample_warehouse):
    return sample_warehouse.published.path


@pytest.fixture
def marts(published):
    with duckdb.connect(published / "marts.duckdb", read_only=True) as connection:
        yield connection


def test_every_public_mart_is_published_with_the_rows_of_the_warehouse(sample_warehouse, marts):
    names = [name for (name,) in marts.execute(MARTS).fetchall()]
    assert set(names) == {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")}
    built = sample_warehouse.checksums()
    for name in names:
        assert marts.execute(CHECKSUM.format(name)).fetchall() == [built[name]], name


def test_parquet_holds_the_same_tables_and_the_manifest_says_so(published, marts):
    manifest = json.loads((published / "manifest.json").read_text())
    assert is_intact((published / "current").resolve())
    for name, table in manifest["tables"].items():
        file = published / table["file"]
        for one, other in ((f"'{file}'", name), (name, f"'{file}'")):
            only_in_one = f"select count(*) from (from {one} except all from {other})"
            assert marts.execute(only_in_one).fetchall() == [(0,)], name
        assert marts.execute(f"select count(*) from {name}").fetchall() == [(table["rows"],)]
        described = marts.execute(f"describe {name}").fetchall()
        assert {column: kind for column, kind, *_ in described} == table["columns"]


def test_one_build_stands_on_every_table_file_and_in_build_info(published, marts):
    manifest = json.loads((published / "manifest.json").read_text())
    labels = {name: manifest[name] for name in ("build_id", "as_of", "source_fingerprint")}
    assert (published / "current").resolve().name == labels["build_id"]
    (row,) = marts.execute(
        "select build_id, cast(as_of as varchar), source_fingerprint from build_info"
    ).fetchall()
    assert row == tuple(labels.values())
    for name, comment in marts.execute(
        "select table_name, comment from duckdb_tables()"
    ).fetchall():
        assert comment.endswith("".join(f"\n{label}: {value}" for label, value in labels.items()))
        pairs = marts.execute(
            f"select decode(key), decode(value) "
            f"from parquet_kv_metadata('{published}/parquet/{name}.parquet')"
        ).fetchall()
        assert dict(pairs) == labels, name


def test_older_duckdb_versions_can_open_the_file(published, marts):
    (tags,) = marts.execute(
        "select tags from duckdb_databases() where database_name = 'marts'"
    ).fetchone()
    assert tags["storage_version"].startswith("v1.0.0")
    assert tags["storage_version"].startswith(STORAGE_VERSION)
    assert marts.execute("select count(*) from duckdb_views() where not internal").fetchone() == (
        0,
    )
    assert [path.name for path in (published / "current").iterdir() if path.suffix == ".wal"] == []


def test_another_process_reads_the_file_while_this_one_does(published, marts):
    client = python(
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(c.execute('select sum(customers) from segments').fetchone()[0])",
        published / "marts.duckdb",
    )
    here = marts.execute("select sum(customers) from segments").fetchone()[0]
    assert client.communicate()[0].strip() == str(here)


def test_pandas_reads_tables_and_parquet(published, marts):
    table = marts.execute("from customer_segments order by customer_id").df()
    file = published / "parquet" / "customer_segments.parquet"
    pandas.testing.assert_frame_equal(duckdb.read_parquet(str(file)).df(), table)


@pytest.mark.builds
def test_what_is_published_is_the_file_that_was_tested_and_nothing_of_an_earlier_build(
    build, small_build, tmp_path
):
    rows, folder = rows_of_a_log(), tmp_path / "built"
    log = write_log(tmp_path / "log.csv", rows[: -len(rows) // 10])
    assert build(folder, log).exit_code == 0
    with duckdb.connect(folder / "warehouse.duckdb.marts") as earlier:
        earlier.execute(
            "create or replace table customers as select 'of an earlier build' as words; "
            "drop table segments; create view segments as from customers"
        )
    built = build(folder, write_log(log, rows))
    assert built.exit_code == 0, built.stderr
    published = (built.published.path / "marts.duckdb").read_bytes()
    assert published == (folder / "warehouse.duckdb.marts").read_bytes()
    assert b"of an earlier build" not in published
    assert built.checksums() == small_build.checksums()


def test_the_build_id_depends_on_log_and_settings_and_not_on_where_they_lie():
    plain = identify(PROJECT, {}, "a").build_id
    assert identify(PROJECT, {"transactions": "elsewhere.csv"}, "a").build_id == plain
    assert identify(PROJECT, {"segment_count": 4}, "a").build_id == plain
    assert identify(PROJECT, {"segment_count": 5}, "a").build_id != plain
    assert identify(PROJECT, {}, "b").build_id != plain


def test_publishing_what_is_current_changes_nothing(tmp_path):
    inode = (publish_version(tmp_path, 1).current / "marts.duckdb").stat().st_ino
    assert (publish_version(tmp_path, 1).current / "marts.duckdb").stat().st_ino == inode


def test_a_generation_that_somebody_changed_is_published_anew(tmp_path):
    changed = publish_version(tmp_path, 1).current_generation()
    (changed / "marts.duckdb").chmod(0o644)
    (changed / "marts.duckdb").write_bytes(b"not a database")
    published = publish_version(tmp_path, 1)
    assert published.current_generation() != changed
    assert is_intact(published.current_generation())
    with pytest.raises(PublishError, match="have changed since they were published"):
        published.rollback()


def test_the_last_generations_stay(tmp_path):
    for version in range(1, 6):
        published = publish_version(tmp_path, version)
    assert [generation.name for generation in published.history()] == [
        "build-5", "build-4", "build-3",
    ]  # fmt: skip
    assert len(list(published.generations.iterdir())) == 3


def test_a_rollback_needs_no_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for version in (1, 2):
        published = publish_version("published", version)
    published.rollback()
    assert published.current_generation().name == "build-1"


def test_rollback_goes_back_one_generation_at_a_time(tmp_path):
    for version in (1, 2, 3):
        publish_version(tmp_path, version)
    published = PublishedFolder(tmp_path)
    assert published.rollback()["build_id"] == "build-2"
    assert duckdb.read_parquet(str(tmp_path / "parquet/lines.parquet")).fetchall()[0][0] == 2
    assert published.rollback()["build_id"] == "build-1"
    with pytest.raises(PublishError, match="no generation before build-1"):
        published.rollback()


def test_after_a_rollback_the_generation_that_was_left_is_not_gone_back_to(tmp_path):
    for version in (1, 2):
        publish_version(tmp_path, version)
    PublishedFolder(tmp_path).rollback()
    published = publish_version(tmp_path, 3)
    assert [generation.name for generation in published.history()] == ["build-3", "build-1"]
    assert published.rollback()["build_id"] == "build-1"


def test_make_rollback_says_what_it_did_or_why_not(tmp_path):
    def rollback():
        return subprocess.run(
            [sys.executable, "-m", "commands.rollback"],
            cwd=PROJECT,
            env={"WAREHOUSE": str(tmp_path / "warehouse.duckdb")},
            capture_output=True,
            text=True,
        )

    nothing = rollback()
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "Nothing is published" in nothing.stderr
    assert nothing.stderr.count("\n") == 1
    for version in (1, 2):
        publish_version(tmp_path / "published", version)
    assert "build build-1, as of 2011-12-10" in rollback().stdout
    assert "no generation before build-1" in rollback().stderr


def test_a_build_that_comes_again_is_gone_back_from_like_any_other(tmp_path):
    for version in (0, 1, 2, 1):
        published = publish_version(tmp_path, version)
    names = [generation.name for generation in published.history()]
    assert names == ["build-1-2", "build-2", "build-1"]
    # What is current is not published twice, whatever its folder is called.
    assert publish_version(tmp_path, 1).current_generation().name == "build-1-2"
    assert [published.rollback()["build_id"] for _ in range(2)] == ["build-2", "build-1"]
    with pytest.raises(PublishError, match="no generation before build-1"):
        published.rollback()


def test_what_is_no_generation_hinders_neither_publishing_nor_going_back(tmp_path):
    publish_version(tmp_path, 1)
    (tmp_path / "generations" / ".DS_Store").touch()
    published = publish_version(tmp_path, 2)
    assert published.current_generation().name == "build-2"
    manifest = published.history()[1] / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("[]")
    with pytest.raises(PublishError, match="have changed since they were published"):
        published.rollback()
