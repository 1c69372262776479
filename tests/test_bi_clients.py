"""What BI tools are made of opens what is published: totals to the penny, and the next build."""

import re
import shutil
import subprocess
from decimal import Decimal

import duckdb
import polars
import pytest
import sqlalchemy

from publish.folder import PublishedFolder
from publish.postgres import PostgresMirror
from tests.builds import PROJECT, python
from tests.publishes import publish_version

TOTAL = "select sum(net_amount) from customers"


@pytest.fixture(scope="module")
def total(sample_warehouse):
    ((total,),) = sample_warehouse.query(TOTAL)
    assert isinstance(total, Decimal)
    return total


@pytest.fixture(scope="module")
def published(sample_warehouse):
    return sample_warehouse.published


def superset(database):
    """An engine as Superset makes it for duckdb-engine: a connection for each query."""
    return sqlalchemy.create_engine(
        f"duckdb:///{database}",
        connect_args={"read_only": True},
        poolclass=sqlalchemy.pool.NullPool,
    )


def test_sqlalchemy_reads_totals_tables_and_columns(published, total):
    with superset(published.path / "marts.duckdb").connect() as connection:
        assert connection.execute(sqlalchemy.text(TOTAL)).scalar() == total
        inspector = sqlalchemy.inspect(connection)
        assert "customers" in inspector.get_table_names(schema="main")
        columns = {column["name"]: column for column in inspector.get_columns("customers")}
    assert str(columns["net_amount"]["type"]) == "NUMERIC(28, 7)"


def test_sqlalchemy_sees_the_next_build_with_the_next_connection(tmp_path):
    publish_version(tmp_path, 1)
    engine = superset(tmp_path / "marts.duckdb")
    version = sqlalchemy.text("select distinct version from lines")
    with engine.connect() as dashboard:
        assert dashboard.execute(version).scalar() == 1
        publish_version(tmp_path, 2)
        assert dashboard.execute(version).scalar() == 1
    with engine.connect() as dashboard:
        assert dashboard.execute(version).scalar() == 2


def test_duckdb_in_another_process(published, total, tmp_path):
    client = python(
        "import duckdb, sys; marts = duckdb.connect(sys.argv[1], read_only=True); "
        "print(marts.execute(sys.argv[2]).fetchone()[0])",
        published.path / "marts.duckdb",
        TOTAL,
    )
    assert Decimal(client.communicate()[0]) == total

    publish_version(tmp_path, 1)
    stays = python(
        """
import duckdb, sys
version = "select distinct version from lines"
with duckdb.connect(sys.argv[1], read_only=True) as marts:
    print(marts.execute(version).fetchone()[0], flush=True)
    input()
    print(marts.execute(version).fetchone()[0])
with duckdb.connect(sys.argv[1], read_only=True) as marts:
    print(marts.execute(version).fetchone()[0])
""",
        tmp_path / "marts.duckdb",
        stdin=subprocess.PIPE,
    )
    assert stays.stdout.readline() == "1\n"
    publish_version(tmp_path, 2)
    assert stays.communicate("\n")[0] == "1\n2\n"


def test_polars_reads_the_parquet_files(published, total, tmp_path):
    customers = polars.read_parquet(published.path / "parquet" / "customers.parquet")
    assert customers["net_amount"].sum() == total

    publish_version(tmp_path, 1)
    parquet = tmp_path / "parquet" / "lines.parquet"
    generation = PublishedFolder(tmp_path).current_generation()
    publish_version(tmp_path, 2)
    assert polars.scan_parquet(parquet).select("version").unique().collect().item() == 2
    left = polars.scan_parquet(generation / "parquet" / "lines.parquet")
    assert left.select("version").unique().collect().item() == 1


def test_pandas_reads_the_parquet_files(published, total, tmp_path):
    def read(path):
        return duckdb.read_parquet(str(path)).df()

    customers = read(published.path / "parquet" / "customers.parquet")
    assert round(customers["net_amount"].sum(), 2) == round(float(total), 2)

    publish_version(tmp_path, 1)
    frame = read(tmp_path / "parquet" / "lines.parquet")
    publish_version(tmp_path, 2)
    assert set(frame["version"]) == {1}
    assert set(read(tmp_path / "parquet" / "lines.parquet")["version"]) == {2}


def test_psql_reads_the_copy_in_postgresql(server, published, total, tmp_path, monkeypatch):
    if not (program := shutil.which("psql")):
        pytest.skip("psql is not on this machine")
    monkeypatch.setenv("DBT_ENV_SECRET_PUBLISH", server.connection)
    mirror = PostgresMirror("marts")

    def psql(query):
        return subprocess.Popen(
            [program, "--no-psqlrc", "--tuples-only", "--no-align", server.connection],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ).communicate(query)[0]

    with mirror.copied(published.current_generation()):
        pass
    assert Decimal(psql("select sum(net_amount) from marts.customers")) == total
    assert "Worth of the products they kept." in psql("\\d+ marts.customers")
    publish_version(tmp_path, 1, mirror=mirror)
    assert psql("select distinct version from marts.lines") == "1\n"
    publish_version(tmp_path, 2, mirror=mirror)
    assert psql("select distinct version from marts.lines") == "2\n"


def test_the_guide_joins_lines_to_orders_without_losing_guests(published):
    guide = (PROJECT / "docs" / "bi.md").read_text(encoding="utf-8")
    join = re.search(r"```sql\n(\s*select.*?)```", guide, re.DOTALL)[1]
    # For tools that join by equality alone.
    key = re.search(r"^  `(order_id .*)`\.$", guide, re.MULTILINE)[1]
    with duckdb.connect(published.path / "marts.duckdb", read_only=True) as marts:
        whole = marts.execute("select count(*), sum(gross_amount) from order_lines").fetchone()
        joined = marts.execute(f"select sum(lines), sum(gross_amount) from ({join})").fetchone()
        assert joined == whole
        lines = f"select {key} as order_key, gross_amount from order_lines"
        by_key = f"({lines}) inner join (select {key} as order_key from orders) using (order_key)"
        joined = marts.execute(f"select count(*), sum(gross_amount) from {by_key}").fetchone()
        assert joined == whole
