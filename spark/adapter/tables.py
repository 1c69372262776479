"""Tables between Spark and Python, with DuckDB's types on both ways.

The learning code is written and tested against what DuckDB gives and takes; arrow carries its
types to Spark and back.
"""

import os
from pathlib import Path

import duckdb
from pyspark.sql.functions import col
from pyspark.sql.types import TimestampType

LOCAL = "spark-warehouse"


class Session:
    """A session of Spark with what Python models use of a connection to DuckDB."""

    def __init__(self, session):
        self.session = session
        warehouse = os.environ.get("SPARK_WAREHOUSE", LOCAL)
        # What was learned stays on the driver's disk, also where the tables do not.
        self.learned = Path(LOCAL if "://" in warehouse else warehouse, ".learned")

    def table(self, name):
        """Give a table of Spark by its name."""
        return Table(self.session.table(name))

    def read_parquet(self, path):
        """Give the rows of a Parquet file that DuckDB wrote."""
        with duckdb.connect() as connection:
            return connection.read_parquet(path).to_arrow_table()

    def save(self, rows, table):
        """Write an arrow table as a table of Parquet files."""
        frame = self.session.createDataFrame(rows)
        frame.write.format("parquet").mode("overwrite").saveAsTable(table)


class Table:
    """A table of Spark with the few methods of a DuckDB relation that Python models use."""

    def __init__(self, frame, columns=None):
        self.frame = frame
        self.columns = columns

    def filter(self, condition):
        """Keep the rows of a SQL condition; Spark does it."""
        return Table(self.frame.where(condition), self.columns)

    def order(self, columns):
        """Order by SQL columns, as DuckDB orders."""
        return Table(self.frame, columns)

    def write_parquet(self, path):
        """Collect into a Parquet file."""
        with duckdb.connect() as connection:
            self._collected(connection).write_parquet(path)

    def _collected(self, connection):
        # By the shop's clock, not moments in a time zone.
        frame = self.frame.select(
            [
                col(field.name).cast("timestamp_ntz")
                if isinstance(field.dataType, TimestampType)
                else col(field.name)
                for field in self.frame.schema
            ]
        )
        relation = connection.from_arrow(frame.toArrow())
        return relation.order(self.columns) if self.columns else relation
