"""A dbt-duckdb plugin: publishes for the macros `begin_build` and `end_build`."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from ingest import functions
from ml import learning, processes
from publish.folder import PublishedFolder, PublishError
from publish.generation import Generation, Mart
from publish.identity import identify

# What DuckDB says of a file that is not a whole database.
DAMAGED = ("Corrupt database", "not a valid DuckDB database", "Could not read enough bytes")
# What it says of others that it cannot open, and what mends that.
MENDING = {
    "No such file or directory": "make its folder",
    "Permission denied": "let it be read and written",
    "version number": "remove what another DuckDB wrote and build again",
}


class Plugin(BasePlugin):
    """Offers functions to SQL: `begin_build`, `stage_mart` and `end_build`."""

    def initialize(self, plugin_config):
        """Publish beside the warehouse; a thread of its own prepares it while dbt goes on."""
        warehouse = Path(self.creds.path)
        self._published = PublishedFolder.beside(warehouse)
        self._staging = self._published.path / f".staging-{warehouse.stem}"
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="publish")
        self._generation = None
        self._kept = None
        self._marts = {}
        self._prepared = []

    def update_connection_config(self, creds, config):
        """Say in a sentence, before dbt opens the warehouse, that it is elsewhere or in use."""
        if not Path(creds.path).is_absolute() and not Path("dbt_project.yml").is_file():
            raise RuntimeError(
                f"dbt was started from {Path.cwd()}, where {creds.path} would be another "
                "warehouse; start it from the project's folder, or set WAREHOUSE to a whole path."
            )
        # One to attach that is not there yet is made then, in the version that its options name.
        attached = [attached.path for attached in creds.attach or []]
        for path in (creds.path, *filter(os.path.exists, attached)):
            try:
                duckdb.connect(path).close()
            except duckdb.Error as error:
                what = str(error).splitlines()[0].removeprefix("IO Error: ")
                if "Could not set lock" in what:
                    raise RuntimeError(_in_use(path, what)) from error
                is_damaged = any(sign in what for sign in DAMAGED)
                if not is_damaged or path == creds.path:
                    mending = ["remove it and build again"] if is_damaged else []
                    mending += [mends for sign, mends in MENDING.items() if sign in what]
                    mending.append("set WAREHOUSE to another file")
                    raise RuntimeError(
                        f"{path} cannot be opened ({what}); {', or '.join(mending)}. "
                        "What is published stays."
                    ) from error
                # A full disk leaves that, and a whole build begins the marts anew anyway.
                Path(path).unlink()
                Path(f"{path}.wal").unlink(missing_ok=True)

    def configure_connection(self, conn):
        """Register the functions on the warehouse's connection."""
        self._connection = conn
        functions.offer(conn, self.creds.path, self.begin_build, self.stage_mart, self.end_build)

    def begin_build(self, settings):
        """Name the build, and open a generation for it if it is one that may be published."""
        self._kept = settings["generations_kept"]
        identity = identify(
            settings["project_folder"], settings["overrides"], settings["source_fingerprint"]
        )
        if settings["is_full_refresh"]:
            learning.forget(self.creds.path)
        if settings["is_learning"] and (
            settings["is_full_refresh"] or not self._is_built_again(identity.build_id)
        ):
            processes.start()
        if settings["is_whole"]:
            self._marts = {mart["name"]: Mart(**mart) for mart in settings["marts"]}
            try:
                self._generation = self._worker.submit(self._open, identity).result()
            except (OSError, duckdb.Error) as error:
                return {"problem": self._cannot(error)}
        return asdict(identity)

    def stage_mart(self, name):
        """Have a mart prepared that dbt has just built."""
        if self._generation is not None:
            self._prepared.append(self._worker.submit(self._generation.add, self._marts[name]))

    def end_build(self, settings):
        """Publish what was prepared, or say why not."""
        try:
            if settings["reason_not_to"] is None:
                self._publish()
                answer = {
                    "message": f"Published: {self._published.path} holds {self._what()}."
                    f"{self._published.elsewhere}"
                }
            else:
                answer = {
                    "message": f"Nothing new is published, because {settings['reason_not_to']}; "
                    f"{self._published.path} holds {self._what()}."
                }
        except PublishError as error:
            answer = {
                "problem": f"{error} What is published stays, there and in "
                f"{self._published.path}: {self._what()}."
            }
        except (OSError, duckdb.Error) as error:
            answer = {"problem": self._cannot(error)}
        finally:
            self._discard()
        return answer

    def _is_built_again(self, build_id):
        """Tell whether the warehouse holds this very build, and so what it learned is kept."""
        try:
            builds = self._connection.cursor().execute("select build_id from raw.builds").fetchall()
        except duckdb.CatalogException:  # it is the first
            return False
        return builds == [(build_id,)]

    def _open(self, identity):
        return Generation(self._staging, self._connection.cursor(), "marts", identity)

    def _publish(self):
        for mart in self._prepared:
            mart.result()
        self._worker.submit(self._generation.finish).result()
        self._published.publish(self._staging, self._kept)

    def _discard(self):
        for mart in self._prepared:
            mart.cancel()
        if self._generation is not None:
            self._worker.submit(self._generation.discard).result()

    def _what(self):
        generation = self._published.current_generation()
        return "nothing" if generation is None else f"build {generation.name}"

    def _cannot(self, error):
        return (
            f"The tables cannot be published in {self._published.path} "
            f"({str(error).splitlines()[0]}); make it a folder with room that can be written to. "
            f"What is published stays: {self._what()}."
        )


def _in_use(path, error):
    process = re.search(r"PID (\d+)", error)
    return (
        f"{path} is in use by another process{f' ({process[1]})' if process else ''}, a build or "
        "a client that has it open; wait for it or close it, or set WAREHOUSE to another file."
    )
