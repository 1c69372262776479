"""Processes of the learning: the same answers as in place, one sentence where one is lost."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from conftest import python

from ml import processes, subdivisions
from ml.segments import FEATURES

CALLER = """
import time
from ml import processes
processes._cores = lambda: 2
print(processes.run(time.monotonic) > 0, flush=True)
processes.run(time.sleep, 600)
"""


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(processes, "_cores", lambda: 2)


def test_the_answer_is_the_same_to_the_bit_by_any_number_of_processes(monkeypatch):
    points = np.random.default_rng(0).normal(size=(300, 3))
    customers = pd.DataFrame(points, columns=FEATURES).assign(
        customer_id=[f"{number:03}" for number in range(300)], segment_key="a", is_sampled=True
    )
    arguments = subdivisions.subdivide, customers, 1, 3
    assert processes.run(os.getpid) != os.getpid()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: processes.run(*arguments), range(4)))
    monkeypatch.setattr(processes, "_cores", lambda: 1)
    assert processes.run(os.getpid) == os.getpid()
    in_place = processes.run(*arguments)
    for answer in answers:
        pd.testing.assert_frame_equal(answer, in_place, check_exact=True)


def test_an_error_is_raised_here_and_says_where_it_was_raised():
    with pytest.raises(json.JSONDecodeError, match="Expecting value") as raised:
        processes.run(json.loads, "[1,")
    assert "raw_decode" in raised.value.__notes__[0]


def test_a_lost_process_is_said_in_a_sentence_and_the_next_call_works():
    with pytest.raises(processes.LostProcessError, match=r"posix\.abort ended before it was done"):
        processes.run(os.abort)
    assert processes.run(abs, -1) == 1


def test_nothing_outlives_a_process_that_is_killed():
    caller = python(CALLER)
    assert caller.stdout.readline() == "True\n"
    time.sleep(0.2)
    caller.kill()
    # Whatever still ran would hold the other end.
    caller.communicate(timeout=5)


def test_where_there_is_one_core_no_process_is_started():
    code = "from ml import processes; print(processes.run(abs, -1), processes._server.cache_info())"
    one_core = "import os; os.sched_getaffinity = lambda _: {0}; os.cpu_count = lambda: 1; "
    said = python(one_core + code).communicate()[0]
    assert said.startswith("1 ")
    assert "currsize=0" in said
