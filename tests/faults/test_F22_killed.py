"""F22: a build that is killed anywhere leaves a whole generation, and the next one cleans up."""

import random
import time
from string import ascii_uppercase

import pytest

from publish.folder import LINKS, PublishedFolder, is_intact
from tests.builds import PROJECT, python, start_build
from tests.publishes import publish_version

PUBLISHER = """
import itertools, sys
from tests.publishes import publish_version
for version in itertools.count(int(sys.argv[2])):
    publish_version(sys.argv[1], version)
    print(version, flush=True)
"""

MODELS = sum(1 for path in (PROJECT / "models").rglob("*") if path.suffix in (".sql", ".py"))


def left_overs(published):
    known = {"current", "generations", ".lock", *LINKS}
    unknown = [path for path in published.path.iterdir() if path.name not in known]
    return unknown + [
        path for path in published.generations.iterdir() if path not in published.history()[:3]
    ]


@pytest.mark.builds
def test_a_publisher_killed_at_random_leaves_a_whole_generation(tmp_path):
    publish_version(tmp_path, 0)
    published = PublishedFolder(tmp_path)
    draws = random.Random(22)
    for kill in range(25):
        publisher = python(PUBLISHER, tmp_path, 1 + 1000 * kill)
        publisher.stdout.readline()
        time.sleep(draws.uniform(0, 0.3))
        publisher.kill()
        publisher.communicate()
        assert is_intact(published.current_generation())
    publish_version(tmp_path, 10**6)
    assert published.current_generation().name == f"build-{10**6}"
    assert left_overs(published) == []


@pytest.mark.parametrize("kills", [2, pytest.param(25, marks=pytest.mark.slow)])
def test_a_build_killed_at_random_leaves_a_whole_generation(
    build, small_log, published_small_log, kills
):
    published = PublishedFolder(published_small_log / "published")
    draws = random.Random(kills)
    were_at_work = 0
    for kill in range(kills):
        process = start_build(
            published_small_log,
            small_log,
            {"currency": f"AA{ascii_uppercase[kill]}"},
            environment={"PYTHONUNBUFFERED": "1"},
        )
        # A line as each model begins; after the last of them come tests and the publishing.
        for _ in range(draws.randint(0, MODELS)):
            process.stdout.readline()
        time.sleep(draws.uniform(0, 2))
        were_at_work += process.poll() is None
        process.kill()
        process.communicate()
        assert is_intact(published.current_generation())
    assert were_at_work > kills / 2

    before = published.current_generation()
    last = build(published_small_log, small_log, {"currency": "EUR"})
    assert last.exit_code == 0, last.stderr
    assert last.published.history()[:2] == [last.published.current_generation(), before]
    assert left_overs(last.published) == []
