"""What a build shows while dbt is at work."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from commands.build import Progress

STARTED = SimpleNamespace(
    info=SimpleNamespace(name="LogStartLine"),
    data=SimpleNamespace(index=1, total=2, description="sql table model marts.main.orders"),
)


class SlowPipe(io.StringIO):
    """Notices who writes while another thread still does."""

    is_written, were_two = False, False

    def write(self, text):
        self.were_two |= self.is_written
        self.is_written = True
        time.sleep(0.001)
        self.is_written = False
        return super().write(text)


def test_threads_print_one_by_one(monkeypatch):
    pipe = SlowPipe()
    monkeypatch.setattr("sys.stdout", pipe)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Progress(), [STARTED] * 100))
    assert not pipe.were_two
    assert pipe.getvalue() == "  1 of 2  sql table model marts.main.orders\n" * 100
