"""Functions in processes of their own, so that a build uses the cores there are.

dbt runs Python models in threads of one process, where one waits for the other's interpreter lock.
The first call, or `start` ahead of it, starts a server: a process that imports the learning,
computes nothing, and so may fork safely, unlike dbt's with the threads and locks of DuckDB. Each
call is a fork of it; what is asked and answered goes through a pipe as JSON.
"""

import atexit
import contextlib
import functools
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import threading
import traceback
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

# How far calls step back that nothing waits for.
NICENESS = 10

_starting = threading.Lock()


class LostProcessError(Exception):
    """What became of a process that gave no answer, in a sentence."""


class FailedCallError(Exception):
    """What a function raised in its process; its traceback is a note."""


def run(function, *arguments, can_wait=False):
    """Call a function in a process of its own, and wait for what it returns.

    As many calls run side by side as there are threads that make them. Where there is one core, the
    function is called in place.

    Parameters
    ----------
    function : str
        Module and name, such as `ml.learning:compute`.
    *arguments
        What JSON can say.
    can_wait : bool
        Whether other calls get a core before this one, because more waits for them.

    Returns
    -------
    object
        What the function returns, which JSON can say too.

    Raises
    ------
    LostProcessError
        If the process ended before it answered.
    FailedCallError
        If the function raised an error.

    Examples
    --------
    >>> run("math:gcd", 12, 18)
    6
    """
    if _cores() == 1:
        with _starting:  # so that no thread meets a module that another has half imported
            _import_learning()
        return pkgutil.resolve_name(function)(*arguments)
    ours, theirs = Pipe()
    try:
        with ours:
            with theirs, _starting:
                socket.send_fds(_server(), [b"."], [theirs.fileno()])
            ours.send_bytes(json.dumps([function, arguments, can_wait]).encode())
            result, error, where = json.loads(ours.recv_bytes())
    except (EOFError, OSError):
        raise LostProcessError(
            f"The process that called {function} ended before it was done: someone killed it, or "
            "the system did for want of memory."
        ) from None
    if error is not None:
        failure = FailedCallError(error)
        failure.add_note(where)
        raise failure
    return result


def start():
    """Start the server ahead of the first call: importing the learning takes it a second or two."""
    if _cores() > 1:
        with _starting:
            _server()


def _cores():
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def _server():
    """Start the server; it ends with this process, however that ends."""
    ours, theirs = socket.socketpair()
    with theirs:
        server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", __name__, str(theirs.fileno())],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    @atexit.register
    def stop():
        ours.close()
        server.wait()

    return ours


@functools.cache
def _import_learning():
    for module in pkgutil.iter_modules([Path(__file__).parent], "ml."):
        importlib.import_module(module.name)


def _serve(requests):
    """Fork for each connection that comes, until the process that sends them has ended."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends processes at once and quietly
    _import_learning()
    while connections := socket.recv_fds(requests, 1, 1)[1]:
        if os.fork() == 0:
            requests.close()
            _answer(Connection(connections[0]))
            os._exit(0)
        os.close(connections[0])
    # What processes took counts for those who wait for them.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _answer(connection):
    """Call what is asked for, and send what it returns or raises."""
    try:
        function, arguments, can_wait = json.loads(connection.recv_bytes())
    except (EOFError, OSError):  # who asked has ended
        return
    threading.Thread(target=_end_without_reader, args=[connection], daemon=True).start()
    if can_wait:
        os.nice(NICENESS)
    try:
        answer = pkgutil.resolve_name(function)(*arguments), None, None
    except Exception as error:
        answer = None, str(error) or type(error).__name__, traceback.format_exc()
    connection.send_bytes(json.dumps(answer).encode())


def _end_without_reader(connection):
    connection.poll(None)  # nothing more is sent: it is the end of the other side
    os._exit(1)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
