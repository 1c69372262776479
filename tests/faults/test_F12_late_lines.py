"""F12: late orders and late returns count, however the log is delivered."""

import random
import time

import pytest

from tests.builds import start_build
from tests.logs import HEADER, rows_of_a_log, write_log


def stored(built, mart):
    """Give the rows of a mart in the order in which they lie, without what names the delivery."""
    names = "('build_id', 'source_fingerprint')"
    return built.query(f"select columns(lambda name: name not in {names}) from {mart}")


def test_shuffled_batches_give_the_tables_of_the_whole(build, small_build, tmp_path):
    rows = rows_of_a_log()
    random.Random(12).shuffle(rows)
    (tmp_path / "batches").mkdir()
    for number in range(4):
        write_log(tmp_path / "batches" / f"{number}.csv", rows[number::5])
    in_shops = [[*row, "shop"] for row in rows[4::5]]
    write_log(tmp_path / "batches" / "4.csv", in_shops, [*HEADER, "Channel"])
    batches = build(tmp_path / "built", tmp_path / "batches" / "*.csv")
    assert batches.exit_code == 0, batches.stderr
    assert "4.csv has columns that are not used: Channel" in batches.stderr
    assert batches.checksums() == small_build.checksums()
    for mart in batches.checksums():
        assert stored(batches, mart) == stored(small_build, mart), mart


@pytest.mark.slow
@pytest.mark.parametrize("learning_period", ["day", "month"])
def test_batches_built_as_they_arrive_with_builds_killed_give_the_tables_of_the_whole(
    build, small_log, tmp_path, learning_period
):
    settings = {"learning_period": learning_period}
    rows = rows_of_a_log()
    draws = random.Random(12)
    draws.shuffle(rows)
    (tmp_path / "batches").mkdir()
    for number in range(4):
        write_log(tmp_path / "batches" / f"{number}.csv", rows[number::4])
        killed = start_build(tmp_path / "built", tmp_path / "batches" / "*.csv", settings)
        time.sleep(draws.uniform(4, 12))
        killed.kill()
        killed.communicate()
    arrived = build(tmp_path / "built", tmp_path / "batches" / "*.csv", settings)
    assert arrived.exit_code == 0, arrived.stderr
    assert arrived.checksums() == build(tmp_path / "whole", small_log, settings).checksums()
