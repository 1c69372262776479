"""The published folder: generations side by side, and the one link that says which is current.

::

    published/
        current         -> generations/<build id>, replaced by one rename
        marts.duckdb    -> current/marts.duckdb
        parquet         -> current/parquet
        manifest.json   -> current/manifest.json
        generations/<build id>/
            marts.duckdb
            parquet/<table>.parquet
            manifest.json
            previous    -> the generation that was current before this one
"""

import fcntl
import itertools
import json
import os
import shutil
from contextlib import contextmanager, nullcontext
from pathlib import Path

from ingest.checksums import sha256

LINKS = ("marts.duckdb", "parquet", "manifest.json")

# What reading a manifest ends in that is missing, damaged or something else.
NO_MANIFEST = (OSError, ValueError, LookupError, TypeError, AttributeError)

# Holds the connection string of the PostgreSQL database that has what is published too, if any.
CONNECTION = "DBT_ENV_SECRET_PUBLISH"


class PublishError(Exception):
    """Nothing new can be published; the message is a sentence for the user."""


class PublishedFolder:
    """What is published beside a warehouse.

    Parameters
    ----------
    path : path
        The folder; made when something is published.
    mirror : PostgresMirror, optional
        Another place that has to hold what is current; where it cannot, nothing changes here.
    """

    def __init__(self, path, mirror=None):
        self.path = Path(path)
        self.current = self.path / "current"
        self.generations = self.path / "generations"
        self.mirror = mirror

    @classmethod
    def beside(cls, warehouse):
        """Give the folder beside a warehouse, with the mirror that the environment asks for.

        Parameters
        ----------
        warehouse : path
            The DuckDB file that is built.
        """
        folder = folder_beside(warehouse)
        if not os.environ.get(CONNECTION):
            return cls(folder)
        from publish.postgres import PostgresMirror  # takes a fifth of a second to import

        return cls(folder, PostgresMirror(os.environ.get("PUBLISH_SCHEMA", "marts")))

    @property
    def elsewhere(self):
        """Say in a sentence where else what is current is held, or nothing."""
        return f" It is in {self.mirror} too." if self.mirror else ""

    def current_generation(self):
        """Give the folder of the current generation, or None before the first."""
        return self.current.resolve() if self.current.exists() else None

    def publish(self, staging, kept):
        """Make a whole generation current, and remove those that are too old.

        Parameters
        ----------
        staging : path
            Folder of the new generation, on the same disk.
        kept : int
            Generations to keep, the new one included.

        Raises
        ------
        PublishError
            If the mirror cannot take it.
        """
        manifest = read_manifest(staging)
        make_durable(staging)
        with self._alone():
            generation = self._there_already(manifest)
            if generation is None:
                generation = self._free(manifest["build_id"])
                staging.rename(generation)
            with self._mirrored(generation):
                before = self.current_generation()
                if before not in (None, generation.resolve()):
                    _link(generation / "previous", Path("..") / before.name)
                _sync(self.generations)
                self._make_current(generation)
            self._remove_all_but(kept)

    def rollback(self):
        """Make the generation current that was current before.

        Returns
        -------
        dict
            Manifest of the generation that is current now.

        Raises
        ------
        PublishError
            If there is none, its files are not what was published, or the mirror cannot take it.
        """
        if not self.current.exists():
            raise PublishError(f"Nothing is published in {self.path}; a whole build publishes.")
        with self._alone():
            history = self.history()
            if len(history) == 1:
                raise PublishError(
                    f"{self.path} has no generation before {history[0].name}, so there is nothing "
                    "to go back to; the setting generations_kept says how many stay."
                )
            previous = history[1]
            if not is_intact(previous):
                raise PublishError(
                    f"The files of generation {previous.name} in {self.path} have changed since "
                    f"they were published, so {history[0].name} stays current; build again."
                )
            with self._mirrored(previous):
                self._make_current(previous)
        return read_manifest(previous)

    def history(self):
        """Give the generations that were current, the current one first.

        Returns
        -------
        list of path
            Each once; one that a rollback left is not among them.
        """
        generations = []
        generation = self.current_generation()
        while generation is not None and generation not in generations:
            generations.append(generation)
            link = generation / "previous"
            generation = link.resolve() if link.exists() else None
        return generations

    def _mirrored(self, generation):
        return self.mirror.copied(generation) if self.mirror else nullcontext()

    def _make_current(self, generation):
        for name in LINKS:
            link = self.path / name
            if not link.is_symlink():
                _link(link, Path("current") / name)
        _link(self.current, Path(self.generations.name) / generation.name)
        _sync(self.path)

    def _remove_all_but(self, kept):
        wanted = self.history()[:kept]
        for generation in self.generations.iterdir():
            if generation.resolve() not in wanted:
                # What cannot be removed, or is no generation, is in nobody's way.
                shutil.rmtree(generation, ignore_errors=True)

    def _there_already(self, manifest):
        """Give the generation that holds these very tables, unless a rollback would go back to it.

        It is the current one, or one that a rollback left.
        """
        current, *before = self.history() or [None]
        for generation in (current, self.generations / manifest["build_id"]):
            may_be = generation and generation.resolve() not in before
            if may_be and holds_tables_of(generation, manifest):
                return generation
        return None

    def _free(self, build_id):
        """Name a folder that is free; the plain name is taken where its files were changed."""
        self.generations.mkdir(parents=True, exist_ok=True)
        names = itertools.chain([build_id], (f"{build_id}-{n}" for n in itertools.count(2)))
        return next(path for name in names if not (path := self.generations / name).exists())

    @contextmanager
    def _alone(self):
        """Keep a rollback and the end of a build out of each other's way."""
        with open(self.path / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def folder_beside(warehouse):
    """Give the path of what is published beside a warehouse, whether it is there or not.

    Parameters
    ----------
    warehouse : path
        The DuckDB file that is built.
    """
    return Path(warehouse).parent / "published"


def read_manifest(generation):
    """Read the manifest of a generation.

    Parameters
    ----------
    generation : path
        Its folder.

    Returns
    -------
    dict
        What manifest.json holds.
    """
    return json.loads((generation / "manifest.json").read_text())


def holds_tables_of(generation, manifest):
    """Tell whether an earlier generation has the tables of a manifest, unchanged on disk.

    Parameters
    ----------
    generation : path
        Folder of the earlier generation.
    manifest : dict
        Of the generation that would take its place.
    """
    try:
        is_alike = read_manifest(generation)["tables"] == manifest["tables"]
    except NO_MANIFEST:
        return False
    return is_alike and is_intact(generation)


def is_intact(generation):
    """Tell whether the files of a generation are those that its manifest speaks of.

    Parameters
    ----------
    generation : path
        Its folder.
    """
    try:
        manifest = read_manifest(generation)
        files = [manifest["database"], *manifest["tables"].values()]
        return all(sha256(generation / file["file"]) == file["sha256"] for file in files)
    except NO_MANIFEST:
        return False


def make_durable(folder):
    """Write all files of a folder through to the disk, and make them read-only.

    Parameters
    ----------
    folder : path
        A folder that is not yet published.
    """
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
        _sync(path)
    _sync(folder)


def _link(link, target):
    """Make or replace a link by one rename."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    os.replace(new, link)


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
