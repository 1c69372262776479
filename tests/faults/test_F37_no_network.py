"""F37: a build needs no network."""

import subprocess
import sys

import pytest

from tests.builds import without_network

CALL = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"


def test_a_build_without_interfaces_gives_the_same_tables(small_build, build_elsewhere):
    under = without_network()
    if not under:
        pytest.skip("this user may not take the network away (unshare --net)")
    cut_off = subprocess.run([*under, sys.executable, "-c", CALL], capture_output=True, text=True)
    assert "Network is unreachable" in cut_off.stderr
    assert build_elsewhere.exit_code == 0, build_elsewhere.stderr
    assert build_elsewhere.manifest()["tables"] == small_build.manifest()["tables"]
