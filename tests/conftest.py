"""Fixtures that the tests share."""

import json
import os
import shutil
from pathlib import Path

import pytest

from commands.sources import read_source
from tests.builds import PROJECT, Build, alone, fake_clock, run_build, without_network
from tests.logs import cdnow_log, write_log
from tests.postgres import running_server

# A project as far as a build needs it.
PARTS = ("dbt_project.yml", "profiles.yml", "macros", "models", "seeds", "tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what builds to prove what becomes of a fault, before pytest picks by marks."""
    for item in items:
        if "faults" in item.path.parts and {"build", "build_elsewhere"} & set(item.fixturenames):
            item.add_marker(pytest.mark.builds)


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory):
    """Name the folder that all workers of a test run share in the variable TESTS_SHARE."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["TESTS_SHARE"] = str(shared)
    return shared


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
