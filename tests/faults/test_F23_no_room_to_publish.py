"""F23: where nothing can be written the build says so, and what is published stays."""

import subprocess
from types import SimpleNamespace
from unittest.mock import Mock

import duckdb
import pytest

from publish.plugin import Plugin
from tests.builds import python
from tests.logs import write_log
from tests.publishes import files_in, publish_version

FILLED = """
import resource, sys
from tests.publishes import publish_version
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    publish_version(sys.argv[1], 2)
except Exception as error:
    print("refused:", error)
"""


def sentence_of(built):
    (sentence,) = (line for line in built.stderr.splitlines() if "cannot be published" in line)
    assert "Traceback" not in built.stderr
    return sentence


def test_a_file_in_the_place_of_the_folder_stops_the_build_at_its_start(build, tmp_path):
    (tmp_path / "published").write_text("in the way")
    built = build(tmp_path, write_log(tmp_path / "log.csv"))
    assert built.exit_code == 1
    assert "make it a folder with room" in sentence_of(built)
    assert (tmp_path / "published").read_text() == "in the way"


def test_a_folder_that_fails_at_the_end_leaves_no_staging(build, tmp_path):
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "generations").write_text("in the way")
    built = build(tmp_path, write_log(tmp_path / "log.csv"))
    assert built.exit_code == 1
    assert "What is published stays: nothing" in sentence_of(built)
    assert {path.name for path in (tmp_path / "published").iterdir()} == {"generations", ".lock"}


def test_files_that_cannot_grow_leave_what_is_published(tmp_path):
    publish_version(tmp_path, 1)
    before = {path: seen for path, seen in files_in(tmp_path).items() if "staging" not in str(path)}
    publisher = python(FILLED, tmp_path)
    assert publisher.communicate()[0].startswith("refused:")
    after = {path: seen for path, seen in files_in(tmp_path).items() if "staging" not in str(path)}
    assert after == before
    assert publish_version(tmp_path, 3).current_generation().name == "build-3"
    assert not list(tmp_path.glob(".staging-*"))


def test_marts_that_a_full_disk_left_damaged_are_begun_anew(build, tmp_path):
    log = write_log(tmp_path / "log.csv")
    marts = tmp_path / "warehouse.duckdb.marts"
    with duckdb.connect(marts) as earlier:
        earlier.execute("create table customers as select range as customer_id from range(1000)")
    with marts.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(8192))
    assert build(tmp_path, log, select="+orders").exit_code == 0


@pytest.mark.parametrize("content", [b"", b"no database" * 999, None])
def test_whatever_is_left_of_a_file_of_marts_is_begun_anew(tmp_path, content):
    warehouse, marts = tmp_path / "warehouse.duckdb", tmp_path / "warehouse.duckdb.marts"
    with duckdb.connect(marts) as earlier:
        earlier.execute("create table customers as select range as customer_id from range(100000)")
    whole = marts.read_bytes()
    marts.write_bytes(whole[: len(whole) // 2] if content is None else content)
    plugin = Plugin.__new__(Plugin)
    attached = [SimpleNamespace(path=str(marts))]
    plugin.update_connection_config(SimpleNamespace(path=str(warehouse), attach=attached), {})
    assert not marts.exists()
    # The warehouse itself is the user's to remove.
    warehouse.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RuntimeError, match=r"cannot be opened .*; remove it and build again, or"):
        plugin.update_connection_config(SimpleNamespace(path=str(warehouse), attach=[]), {})


@pytest.mark.parametrize(
    ("path", "error", "mending"),
    [
        ("none/warehouse.duckdb", None, "make its folder, or set WAREHOUSE to another file."),
        (".", None, "set WAREHOUSE to another file."),
        # DuckDB's own words, where a test cannot bring them about everywhere.
        ("a", 'Cannot open file "a": Permission denied', "let it be read and written, or set WAR"),
        ("a", "database file with version number 99, but", "remove what another DuckDB wrote and"),
    ],
)
def test_what_mends_a_warehouse_that_cannot_be_opened(tmp_path, monkeypatch, path, error, mending):
    if error:
        monkeypatch.setattr("duckdb.connect", Mock(side_effect=duckdb.IOException(error)))
    credentials = SimpleNamespace(path=str(tmp_path / path), attach=[])
    with pytest.raises(RuntimeError, match=rf"cannot be opened \(.*\); {mending}"):
        Plugin.__new__(Plugin).update_connection_config(credentials, {})


def test_a_full_disk_leaves_what_is_published(build, small_log, tmp_path):
    published = tmp_path / "published"
    published.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(published)],  # noqa: S607
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        publish_version(published, 1, rows=10)
        before = files_in(published)
        built = build(tmp_path, small_log)
        assert built.exit_code == 1
        assert "What is published stays: build build-1" in sentence_of(built)
        assert files_in(published) == before
    finally:
        subprocess.run(["umount", str(published)], check=True)  # noqa: S607
