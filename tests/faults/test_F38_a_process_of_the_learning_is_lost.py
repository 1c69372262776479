"""F38: a build whose learning is killed, as for want of memory, says so and publishes nothing."""

import os
import re
import shutil
import signal
import subprocess

import pytest

from ml import processes
from tests.builds import start_build
from tests.logs import write_log


@pytest.mark.builds
@pytest.mark.skipif(processes._cores() == 1, reason="one core: the learning is in dbt's process")
def test_the_build_ends_with_a_sentence(tmp_path):
    build = start_build(tmp_path, write_log(tmp_path / "log.csv"))
    while not (server := server_of(build.pid)):
        assert build.poll() is None, "the build ended before it learned"
    os.kill(server, signal.SIGKILL)
    stderr = build.communicate(timeout=60)[1]
    assert build.returncode == 1
    assert re.search(r"int_\w+: The process that called [\w.:]+ ended before it was done", stderr)
    assert "Traceback" not in stderr
    assert not (tmp_path / "published" / "current").exists()


def server_of(build):
    """Number of the process that forks for a build's learning, or None."""
    listing = [shutil.which("ps"), "-eo", "pid,ppid,args"]
    listed = subprocess.run(listing, capture_output=True, text=True)
    found = re.search(rf"^ *(\d+) +{build} .*ml\.processes", listed.stdout, re.MULTILINE)
    return int(found[1]) if found else None
