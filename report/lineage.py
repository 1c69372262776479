"""Which columns each column of the tables is made of, read from the compiled SQL."""

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from report.templates import render


@dataclass(frozen=True)
class Column:
    """A column of a table, what it is made of, and what is made of it.

    Attributes
    ----------
    name, description : str
    made_of, used_by : list of (str, str)
        Table and column. Empty `made_of`: a constant, a count of rows, or learned in Python.
    """

    name: str
    description: str
    made_of: list
    used_by: list


def columns_by_table(manifest, catalog):
    """Trace every column of every model one step back and one step on.

    Parameters
    ----------
    manifest, catalog : dict
        dbt's artifacts, of compiled models that are built.

    Returns
    -------
    dict of str to list of Column
        By table, public ones first.
    """
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    types = {
        entry["metadata"]["name"]: {
            name: column["type"] for name, column in entry["columns"].items()
        }
        for entry in (*catalog["nodes"].values(), *catalog["sources"].values())
    }
    made_of = {
        (model["name"], column): sources
        for model in models
        for column, sources in sources_of(model, types).items()
    }
    used_by = {}
    for column, sources in made_of.items():
        for source in sources:
            used_by.setdefault(source, []).append(column)
    return {
        model["name"]: [
            Column(
                column,
                entry["description"],
                made_of.get((model["name"], column), []),
                sorted(used_by.get((model["name"], column), [])),
            )
            for column, entry in model["columns"].items()
        ]
        for model in sorted(models, key=lambda node: (node["access"] != "public", node["name"]))
    }


def sources_of(model, types):
    """Find the columns that each column of a model is computed from.

    Parameters
    ----------
    model : dict
        A node of the manifest; models in Python have no columns that can be traced.
    types : dict of str to dict of str to str
        Columns of every table with their types.

    Returns
    -------
    dict of str to list of (str, str)
        Tables and columns by column, sorted.

    Examples
    --------
    >>> sql = "with a as (select * from orders) select id, price * units as worth from a"
    >>> types = {"orders": {"id": "int", "price": "int", "units": "int"}}
    >>> model = {"language": "sql", "compiled_code": sql, "columns": ["id", "worth"]}
    >>> sources_of(model, types)
    {'id': [('orders', 'id')], 'worth': [('orders', 'price'), ('orders', 'units')]}
    """
    if model["language"] != "sql":
        return {}
    statement = sqlglot.parse_one(model["compiled_code"], dialect="duckdb")
    for table in statement.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)
    statement = qualify(statement, schema=types, dialect="duckdb", validate_qualify_columns=False)
    scope = build_scope(statement)
    made_of = {}
    for column in model["columns"]:
        steps = lineage(column, statement, types, scope=scope, dialect="duckdb", copy=False).walk()
        made_of[column] = sorted({
            (step.expression.name, step.name.split(".")[-1].strip('"'))
            for step in steps
            if isinstance(step.expression, exp.Table)
        })  # fmt: skip
    return made_of


def page(tables):
    """Write the lineage as a page of HTML without scripts; every text is escaped.

    Parameters
    ----------
    tables : dict of str to list of Column
        What `columns_by_table` gives.
    """
    return render("lineage.html", tables=tables)
