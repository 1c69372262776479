"""F17: the same log gives the same bytes tomorrow; the day the tables speak of is a setting."""

import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.builds import PROJECT, fake_clock

CLOCK = re.compile(
    r"current_date|current_time(stamp)?\b|localtime|\bnow\(|today\(|getdate|sysdate|run_started_at"
    r"|\btime\.time\b|utcnow|\brandom\(\)|gen_random_uuid|uuid\(",
    re.IGNORECASE,
)


def test_no_table_asks_the_clock_or_chance():
    code = [
        path
        for folder in ("models", "macros", "ml", "ingest", "seeds", "tests/identities")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in (".sql", ".py", ".yml")
    ]
    assert len(code) > 100
    assert [path for path in code if CLOCK.search(path.read_text(encoding="utf-8"))] == []


def test_tomorrow_s_build_publishes_the_same_bytes(small_build, build_elsewhere, tmp_path):
    clock = fake_clock(tmp_path)
    if clock is None:
        pytest.skip("there is no C compiler here to make a clock that is ahead")
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env={"LD_PRELOAD": str(clock)},
        capture_output=True,
        text=True,
    )
    assert float(told.stdout) - datetime.now(UTC).timestamp() > 24 * 60 * 60
    assert build_elsewhere.exit_code == 0, build_elsewhere.stderr
    today, tomorrow = (
        built.published.current_generation() for built in (small_build, build_elsewhere)
    )
    assert tomorrow.name == today.name
    for file in (today / "parquet").iterdir():
        assert (tomorrow / "parquet" / file.name).read_bytes() == file.read_bytes(), file.name
