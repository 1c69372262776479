"""Tables and views take the place of what was there, whatever it was, in one transaction."""

import pytest

from commands.warehouse import open_warehouse
from tests.builds import run_build


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """A warehouse where someone's view, table and leftover have the names of models."""
    folder = tmp_path_factory.mktemp("materializations")
    with open_warehouse(folder / "warehouse.duckdb", read_only=False) as warehouse:
        warehouse.execute("create view marts.orders as select 1 as someone")
        warehouse.execute("use warehouse")
        warehouse.execute("create table int_lines__checked as select 1 as someone")
        warehouse.execute("create table int_segments__fitted__dbt_tmp as select 1 as someone")
    build = run_build(folder, select="+segments")
    assert build.exit_code == 0, build.stdout
    return build


def relations(build):
    return dict(
        build.query(
            "select table_name, table_type from information_schema.tables "
            "where table_schema = 'main'"
        )
    )


def test_a_table_takes_the_place_of_a_view_and_a_view_that_of_a_table(build):
    assert relations(build)["orders"] == "BASE TABLE"
    assert relations(build)["int_lines__checked"] == "VIEW"
    assert build.query("select count(distinct order_id) = count(*) from orders") == [(True,)]


def test_what_a_killed_build_left_of_a_python_model_is_removed(build):
    assert relations(build)["int_segments__fitted"] == "BASE TABLE"
    assert not [name for name in relations(build) if "__dbt_" in name]


def test_a_table_that_cannot_be_made_leaves_the_one_before(build):
    before = build.query("select count(*) from orders")
    with open_warehouse(build.warehouse, read_only=False) as warehouse:
        warehouse.execute("alter table order_lines rename to elsewhere")
    failed = run_build(build.folder, select="orders")
    assert failed.exit_code != 0
    assert "order_lines" in failed.stdout
    assert build.query("select count(*) from orders") == before
