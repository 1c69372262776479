"""Processes of the learning: the same answers as in place, one sentence where one is lost."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ml import processes
from tests.builds import python

CALLER = """
from ml import processes
processes._cores = lambda: 2
print(processes.run("time:monotonic") > 0, flush=True)
processes.run("time:sleep", 600)
"""


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(processes, "_cores", lambda: 2)


def test_calls_run_side_by_side_and_in_place_where_there_is_one_core(monkeypatch):
    with ThreadPoolExecutor(4) as threads:
        processes_used = set(threads.map(lambda _: processes.run("os:getpid"), range(4)))
    assert len(processes_used) == 4
    assert os.getpid() not in processes_used
    monkeypatch.setattr(processes, "_cores", lambda: 1)
    assert processes.run("os:getpid") == os.getpid()


def test_a_server_that_was_started_ahead_takes_the_first_call():
    code = (
        "from ml import processes; processes._cores = lambda: 2; processes.start(); "
        "server = processes._server.cache_info().currsize; "
        "print(server, processes.run('math:gcd', 4, 6), processes._server.cache_info().misses)"
    )
    assert python(code).communicate()[0] == "1 2 1\n"


def test_what_can_wait_steps_back_and_nothing_else_does():
    assert processes.run("os:nice", 0, can_wait=True) == os.nice(0) + processes.NICENESS
    assert processes.run("os:nice", 0) == os.nice(0)


def test_an_error_is_raised_here_and_says_where_it_was_raised():
    with pytest.raises(processes.FailedCallError, match="Expecting value") as raised:
        processes.run("json:loads", "[1,")
    assert "raw_decode" in raised.value.__notes__[0]


def test_an_error_without_words_is_no_answer():
    with pytest.raises(processes.FailedCallError, match="NotImplementedError"):
        processes.run("selectors:BaseSelector.register", None, 0, 0)


def test_a_lost_process_is_said_in_a_sentence_and_the_next_call_works():
    with pytest.raises(processes.LostProcessError, match="os:abort ended before it was done"):
        processes.run("os:abort")
    assert processes.run("math:gcd", 4, 6) == 2


def test_nothing_outlives_a_process_that_is_killed():
    caller = python(CALLER)
    assert caller.stdout.readline() == "True\n"
    time.sleep(0.2)
    caller.kill()
    # Whatever still ran would hold the other end.
    caller.communicate(timeout=5)


def test_where_there_is_one_core_no_process_is_started():
    code = (
        "from ml import processes; "
        "print(processes.run('math:gcd', 4, 6), processes._server.cache_info())"
    )
    one_core = "import os; os.sched_getaffinity = lambda _: {0}; os.cpu_count = lambda: 1; "
    said = python(one_core + code).communicate()[0]
    assert said.startswith("2 ")
    assert "currsize=0" in said
