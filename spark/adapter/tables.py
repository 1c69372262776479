"""Tables between Spark and Python, with DuckDB's types on both ways.

The learning code is written and tested against what DuckDB gives and takes; arrow carries its
types to Spark and back.
"""

import duckdb
from pyspark.sql.functions import col
from pyspark.sql.types import TimestampType


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

    def df(self):
        """Collect into a pandas.DataFrame."""
        # By the shop's clock, not moments in a time zone.
        frame = self.frame.select(
            [
                col(field.name).cast("timestamp_ntz")
                if isinstance(field.dataType, TimestampType)
                else col(field.name)
                for field in self.frame.schema
            ]
        )
        with duckdb.connect() as connection:
            relation = connection.from_arrow(frame.toArrow())
            return (relation.order(self.columns) if self.columns else relation).df()


def save(session, frame, table):
    """Write a pandas.DataFrame as a table of Parquet files."""
    with duckdb.connect() as connection:
        rows = connection.from_df(frame).to_arrow_table()
    session.createDataFrame(rows).write.format("parquet").mode("overwrite").saveAsTable(table)
