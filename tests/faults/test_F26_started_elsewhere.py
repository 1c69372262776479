"""F26: what is started from another folder works there, or says what to do."""

import shutil
import subprocess
import sys

import pytest

import commands.report
from tests.builds import PROJECT


def test_a_build_takes_paths_from_where_it_was_started(small_build, build_elsewhere):
    assert build_elsewhere.exit_code == 0, build_elsewhere.stderr
    assert build_elsewhere.manifest()["tables"] == small_build.manifest()["tables"]


def test_plain_dbt_makes_no_warehouse_elsewhere(tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "run", "--select", "orders"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT), "DBT_TARGET_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "start it from the project's folder, or set WAREHOUSE to a whole path" in done.stdout
    assert not list(tmp_path.glob("*.duckdb"))


def test_make_says_where_it_belongs(tmp_path):
    make = shutil.which("make")
    if make is None:
        pytest.skip("there is no make here")
    done = subprocess.run(
        [make, "-f", PROJECT / "Makefile", "build"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "run make -C" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_report_finds_what_the_project_published(small_build, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands.report, "PROJECT", small_build.folder)
    monkeypatch.setattr(commands.report, "PUBLISHED", "published/marts.duckdb")
    monkeypatch.setattr(sys, "argv", ["report", "--to", "page.html"])
    commands.report.main()
    assert (tmp_path / "page.html").stat().st_size > 10_000
