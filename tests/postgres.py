"""A PostgreSQL server of the tests' own, on loopback."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PASSWORD = "not/to:be@seen"  # noqa: S105, of a server that lives as long as the tests
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@dataclass
class Server:
    """A running server, and how its database is reached."""

    port: int

    @property
    def connection(self):
        """A connection string with a password in it."""
        return f"postgresql://segmentation:not%2Fto%3Abe%40seen@127.0.0.1:{self.port}/shop"

    def query(self, sql, user="segmentation"):
        with psycopg.connect(self.connection, user=user, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else None


@contextmanager
def running_server():
    """Start a server in a folder of its own; skip the test where the machine has none.

    Yields
    ------
    Server
        With a database `shop` and the users `segmentation`, who may create schemas, and `bi`.
    """
    if not (binaries := _binaries()):
        pytest.skip("no PostgreSQL server (postgres, initdb, pg_ctl) is on this machine")
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        yield from _run_server(binaries, Path(folder))


def _run_server(binaries, folder):
    # initdb refuses root, so root lets another user run the server.
    owner = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data, secret = folder / "data", folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)

    def run(program, *arguments):
        subprocess.run(
            [binaries / program, *arguments],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            **owner,
        )

    run("initdb", "--pgdata", data, "--username", "admin", "--pwfile", secret, "--auth", "md5",
        "--encoding", "UTF8", "--locale", "C", "--no-sync")  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = (
        f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c port={port} -c fsync=off"
    )
    run(
        "pg_ctl", "--pgdata", data, "--log", folder / "log", "--options", options, "--wait", "start"
    )
    try:
        server = Server(port)
        admin = {"user": "admin", "dbname": "postgres", "autocommit": True}
        with psycopg.connect(server.connection, **admin) as connection:
            for user in ("segmentation", "bi"):
                connection.execute(f"create role {user} login password '{PASSWORD}'")
            connection.execute("create database shop owner segmentation")
        yield server
    finally:
        run("pg_ctl", "--pgdata", data, "--mode", "immediate", "stop")


def _binaries():
    found = shutil.which("initdb")
    return BINARIES[-1] if BINARIES else found and Path(found).parent
