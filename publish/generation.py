"""One generation: the marts as tables of a DuckDB file and as Parquet files, with a manifest."""

import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ingest.checksums import sha256
from ingest.quoting import literal, quoted

# Any DuckDB from 1.0 on opens files of this version.
STORAGE_VERSION = "v1.0.0"
ATTACHED = "generation being written"


@dataclass(frozen=True)
class Mart:
    """A table to publish.

    Attributes
    ----------
    name, description : str
        Of the model.
    relation : str
        Its table in the warehouse, quoted.
    order : list of str
        SQL expressions that tell rows apart, in whose order they are written; empty for a table of
        one row.
    columns : dict of str to str
        What each column means.
    """

    name: str
    description: str
    relation: str
    order: list
    columns: dict = field(default_factory=dict)


class Generation:
    """A generation at work, in a folder that no reader knows of yet.

    Marts are copied while dbt builds others: what is left to do when the build ends is little.

    Parameters
    ----------
    folder : path
        Where it is written; what a killed build has left there is removed.
    connection : DuckDBPyConnection
        Connection to the warehouse that nobody else uses.
    identity : Identity
        Of the build.
    """

    def __init__(self, folder, connection, identity):
        self.folder = Path(folder)
        self.identity = identity
        self._connection = connection
        self._waiting = []
        self._tables = {}
        self._labels = None
        self._remove_leftovers()
        (self.folder / "parquet").mkdir(parents=True)
        self._execute(
            f"attach {literal(self.folder / 'marts.duckdb')} as {quoted(ATTACHED)} "
            f"(storage_version {literal(STORAGE_VERSION)})"
        )

    def add(self, mart):
        """Copy a mart that is built; until build_info says of which day, marts wait.

        Parameters
        ----------
        mart : Mart
            The table.
        """
        self._waiting.append(mart)
        if mart.name == "build_info":
            ((as_of,),) = self._execute(f"select as_of from {mart.relation}").fetchall()
            self._labels = {
                "build_id": self.identity.build_id,
                "as_of": str(as_of),
                "source_fingerprint": self.identity.source_fingerprint,
            }
        if self._labels:
            for waiting in self._waiting:
                self._copy(waiting)
            self._waiting.clear()

    def finish(self):
        """Close the DuckDB file and write the manifest."""
        self._execute(f"checkpoint {quoted(ATTACHED)}")
        self._execute(f"detach {quoted(ATTACHED)}")
        manifest = {
            **self._labels,
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": self.identity.versions,
            "code_fingerprint": self.identity.code_fingerprint,
            "settings": self.identity.settings,
            "database": {
                "file": "marts.duckdb",
                "sha256": sha256(self.folder / "marts.duckdb"),
            },
            "tables": dict(sorted(self._tables.items())),
        }
        (self.folder / "manifest.json").write_text(
            json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"
        )

    def discard(self):
        """Leave nothing of it."""
        self._execute(f"detach database if exists {quoted(ATTACHED)}")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _copy(self, mart):
        table = f"{quoted(ATTACHED)}.main.{quoted(mart.name)}"
        file = f"parquet/{mart.name}.parquet"
        labels = ", ".join(f"{name}: {literal(value)}" for name, value in self._labels.items())
        comment = f"{mart.description.strip()}\n" + "\n".join(
            f"{name}: {value}" for name, value in self._labels.items()
        )
        # In one order, so that the same rows give the same bytes.
        self._execute(
            f"create table {table} as select * from {mart.relation} "
            f"order by {', '.join(mart.order) or 'all'}"
        )
        self._execute(
            f"begin; comment on table {table} is {literal(comment)}; "
            + "".join(
                f"comment on column {table}.{quoted(column)} is {literal(' '.join(text.split()))}; "
                for column, text in mart.columns.items()
            )
            + "commit"
        )
        self._execute(
            f"copy {table} to {literal(self.folder / file)} "
            f"(format parquet, compression zstd, compression_level 1, kv_metadata {{{labels}}})"
        )
        columns = self._execute(f"describe {table}").fetchall()
        ((rows,),) = self._execute(f"select count(*) from {table}").fetchall()
        self._tables[mart.name] = {
            "rows": rows,
            "columns": {name: data_type for name, data_type, *_ in columns},
            "file": file,
            "sha256": sha256(self.folder / file),
        }

    def _remove_leftovers(self):
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _execute(self, sql):
        return self._connection.execute(sql)
