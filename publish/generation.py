"""One generation: the marts as tables of a DuckDB file and as Parquet files, with a manifest."""

import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ingest.checksums import sha256
from ingest.quoting import literal, quoted


@dataclass(frozen=True)
class Mart:
    """A table to publish.

    Attributes
    ----------
    name, description : str
        Of the model.
    relation : str
        Its table in the database of the marts, quoted.
    columns : dict of str to str
        What each column means.
    """

    name: str
    description: str
    relation: str
    columns: dict = field(default_factory=dict)


class Generation:
    """A generation at work, in a folder that no reader knows of yet.

    The marts are built in a database of their own, which starts empty, so that what BI tools open
    is a copy of the file that was tested. As Parquet they are written while dbt builds others.

    Parameters
    ----------
    folder : path
        Where it is written; what a killed build has left there is removed.
    connection : DuckDBPyConnection
        Connection to the warehouse that nobody else uses.
    database : str
        Name of the marts' database there.
    identity : Identity
        Of the build.
    """

    def __init__(self, folder, connection, database, identity):
        self.folder = Path(folder)
        self.identity = identity
        self._connection = connection
        self._database = database
        self._waiting = []
        self._marts = {}
        self._tables = {}
        self._labels = None
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "parquet").mkdir(parents=True)
        self._empty()

    def add(self, mart):
        """Take a mart that is built; until build_info says of which day, marts wait.

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
                self._write_parquet(waiting)
            self._waiting.clear()

    def finish(self):
        """Label the marts and copy their file, which the connection then has open no longer."""
        self._comment()
        self._describe()
        ((file,),) = self._execute(
            f"select path from duckdb_databases() where database_name = {literal(self._database)}"
        ).fetchall()
        self._execute(f"checkpoint {quoted(self._database)}")
        self._execute(f"detach {quoted(self._database)}")
        shutil.copyfile(file, self.folder / "marts.duckdb")
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
        shutil.rmtree(self.folder, ignore_errors=True)

    def _empty(self):
        """Leave nothing of an earlier build in the file, be it rows that no table has any more."""
        relations = self._execute(
            "select table_type, table_schema, table_name from information_schema.tables "
            f"where table_catalog = {literal(self._database)}"
        ).fetchall()
        for kind, *name in relations:
            self._execute(
                f"drop {'view' if kind == 'VIEW' else 'table'} "
                f"{'.'.join(map(quoted, [self._database, *name]))}"
            )
        self._execute(f"checkpoint {quoted(self._database)}")

    def _write_parquet(self, mart):
        file = f"parquet/{mart.name}.parquet"
        labels = ", ".join(f"{name}: {literal(value)}" for name, value in self._labels.items())
        ((rows,),) = self._execute(
            f"copy {mart.relation} to {literal(self.folder / file)} "
            f"(format parquet, compression zstd, compression_level 1, kv_metadata {{{labels}}})"
        ).fetchall()
        self._marts[mart.name] = mart
        self._tables[mart.name] = {
            "rows": rows,
            "columns": {},
            "file": file,
            "sha256": sha256(self.folder / file),
        }

    def _comment(self):
        labels = "".join(f"\n{name}: {value}" for name, value in self._labels.items())
        comments = []
        for mart in self._marts.values():
            comment = literal(mart.description.strip() + labels)
            comments.append(f"comment on table {mart.relation} is {comment}")
            for column, text in mart.columns.items():
                comment = literal(" ".join(text.split()))
                comments.append(f"comment on column {mart.relation}.{quoted(column)} is {comment}")
        self._execute(f"begin; {'; '.join(comments)}; commit")

    def _describe(self):
        for table, column, data_type in self._execute(
            "select table_name, column_name, data_type from duckdb_columns() "
            f"where database_name = {literal(self._database)} order by table_name, column_index"
        ).fetchall():
            self._tables[table]["columns"][column] = data_type

    def _execute(self, sql):
        return self._connection.execute(sql)
