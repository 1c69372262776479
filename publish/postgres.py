"""A copy of what is published in a schema of PostgreSQL, which takes its place by a rename.

Readers are never in the way and never stopped: new tables are written into a schema of their own,
two renames put it in the place of the old one, and the old one is dropped once nobody reads it. All
but the drop is one transaction.
"""

import re
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql

from ingest.postgres import NoConnectionError, connect, first_sentence
from ingest.quoting import literal, quoted
from publish.folder import CONNECTION, PublishError

TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double precision",
    "INTEGER": "integer",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "text",
}

# What would be lost with the old schema: objects in it that are not published tables, and what
# others have built on those (views, indexes, policies and the like).
FOREIGN = """
    with published as (
        select oid, relrowsecurity from pg_class
        where relnamespace = %(schema)s and relkind = 'r'
        and obj_description(oid, 'pg_class') like '%%build_id: %%'
    )
    select distinct regexp_replace(what, '^rule _RETURN on ', '') from (
        select pg_describe_object(classid, objid, objsubid) as what from pg_depend
        where refclassid = 'pg_namespace'::regclass and refobjid = %(schema)s and deptype = 'n'
        and not (classid = 'pg_class'::regclass and objid in (select oid from published))
        union all
        select pg_describe_object(classid, objid, objsubid) from pg_depend
        where refclassid = 'pg_class'::regclass and refobjid in (select oid from published)
        and deptype in ('n', 'a')
        union all
        select 'row security on table ' || cast(cast(oid as regclass) as text) from published
        where relrowsecurity
    ) as dependents
    order by 1
"""

# Grants of the old schema, as statements for the new one; who could read all old tables can read
# those that had no counterpart.
GRANTS = """
    with acl as (
        select 'schema ' || quote_ident(%(new)s) as what, '' as columns, owner, grants.*
        from (select nspowner as owner, nspacl from pg_namespace where oid = %(schema)s) as old,
            aclexplode(nspacl) as grants
        union all
        select cast(cast(fresh.oid as regclass) as text), '', old.relowner, grants.*
        from pg_class as old
        join pg_class as fresh on fresh.relname = old.relname,
            aclexplode(old.relacl) as grants
        where old.relnamespace = %(schema)s
        and fresh.relnamespace = cast(%(new)s as regnamespace)
        union all
        select
            cast(cast(fresh.oid as regclass) as text), format('(%%I)', attname), old.relowner,
            grants.*
        from pg_class as old
        join pg_class as fresh on fresh.relname = old.relname
        join pg_attribute on attrelid = old.oid,
            aclexplode(attacl) as grants
        where old.relnamespace = %(schema)s
        and fresh.relnamespace = cast(%(new)s as regnamespace)
        and exists (
            select from pg_attribute as same where same.attrelid = fresh.oid
            and same.attname = pg_attribute.attname
        )
        union all
        select cast(cast(fresh.oid as regclass) as text), '', 0, 0, grantee, 'SELECT', false
        from (
            select grantee from pg_class, aclexplode(relacl)
            where relnamespace = %(schema)s and privilege_type = 'SELECT' and grantee <> relowner
            group by grantee
            having count(*) = (
                select count(*) from pg_class where relnamespace = %(schema)s and relkind = 'r'
            )
        ) as readers, pg_class as fresh
        where fresh.relnamespace = cast(%(new)s as regnamespace) and relkind = 'r'
        and relname not in (select relname from pg_class where relnamespace = %(schema)s)
    )
    select format(
        'grant %%s %%s on %%s to %%s %%s',
        privilege_type, columns, what,
        case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
        case when is_grantable then 'with grant option' end
    )
    from acl where grantee <> owner
"""


class PostgresMirror:
    """A schema that holds what is published.

    Parameters
    ----------
    schema : str
        Its name.
    """

    def __init__(self, schema):
        self.schema = schema

    def __str__(self):
        """Name the place in words."""
        return f"schema {self.schema} of PostgreSQL"

    @contextmanager
    def copied(self, generation):
        """Have a generation in PostgreSQL if the block ends well, and nothing new if it does not.

        Parameters
        ----------
        generation : path
            Its folder.

        Raises
        ------
        PublishError
            If it cannot be copied.
        """
        if not re.fullmatch("[a-z_][a-z0-9_]{0,39}", self.schema):
            raise PublishError(
                f"PUBLISH_SCHEMA is {self.schema!r}; set it to a name of at most 40 small letters, "
                "digits and underscores."
            )
        try:
            with connect(CONNECTION) as connection:
                self._swap(connection, Path(generation))
                yield
                connection.commit()
                with suppress(psycopg.Error):
                    self._drop_old(connection)
        except NoConnectionError as error:
            raise PublishError(
                f"Nothing can be copied to PostgreSQL: {error}; set {CONNECTION} to a connection "
                "string that works, or unset it to publish files only."
            ) from None
        except psycopg.Error as error:
            raise PublishError(
                f"Nothing can be copied to {self} "
                f"({first_sentence(error)}); let the user of {CONNECTION} create schemas and own "
                "this one, or unset it to publish files only."
            ) from None

    def _swap(self, connection, generation):
        connection.execute("set local lock_timeout = '5min'")
        # Two builds, of two machines perhaps, wait for each other.
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [self.schema])
        old = connection.execute(
            "select cast(oid as bigint) from pg_namespace where nspname = %s", [self.schema]
        ).fetchone()
        new = f"{self.schema}_new"
        if old:
            self._refuse_to_lose(connection, *old)
        _run(connection, "create schema {}", new)
        _copy_tables(generation / "marts.duckdb", connection, new)
        if old:
            parameters = {"schema": old[0], "new": new}
            for (grant,) in connection.execute(GRANTS, parameters).fetchall():
                connection.execute(grant)
            left = f"{self.schema}_old_{old[0]}"
            _run(connection, "alter schema {} rename to {}", self.schema, left)
        _run(connection, "alter schema {} rename to {}", new, self.schema)

    def _refuse_to_lose(self, connection, old):
        foreign = connection.execute(FOREIGN, {"schema": old}).fetchall()
        if foreign:
            names = "; ".join(name for (name,) in foreign[:5]) + ("; …" if foreign[5:] else "")
            raise PublishError(
                f"Nothing can be copied to {self}, because something there would be lost that is "
                f"not of a build: {names}; drop it, or set PUBLISH_SCHEMA to another schema."
            )

    def _drop_old(self, connection):
        """Drop the schemas of earlier builds; one that somebody still reads waits for the next.

        Only a schema that was renamed here has its own number in its name.
        """
        connection.autocommit = True
        old_ones = connection.execute(
            "select nspname from pg_namespace where nspname = %s || cast(oid as text)",
            [f"{self.schema}_old_"],
        ).fetchall()
        for (name,) in old_ones:
            tables = connection.execute(
                "select relname from pg_class where relkind = 'r' "
                "and relnamespace = cast(quote_ident(%s) as regnamespace)",
                [name],
            ).fetchall()
            with suppress(psycopg.Error), connection.transaction():
                connection.execute("set local lock_timeout = '2s'")
                for (table,) in tables:
                    _run(connection, "drop table {}.{}", name, table)
                _run(connection, "drop schema {}", name)


def _copy_tables(database, connection, schema):
    with (
        duckdb.connect(database, read_only=True) as marts,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name, comment in marts.execute(
            "select table_name, comment from duckdb_tables() order by 1"
        ).fetchall():
            table = sql.Identifier(schema, name)
            columns = marts.execute(
                "select column_name, data_type, comment from duckdb_columns() "
                "where table_name = ? order by column_index",
                [name],
            ).fetchall()
            definitions = sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_type_of(data_type)))
                for column, data_type, _ in columns
            )
            connection.execute(sql.SQL("create table {} ({})").format(table, definitions))
            rows = Path(folder) / "rows.csv"
            marts.execute(f"copy {quoted(name)} to {literal(rows)} (format csv, header false)")
            _copy_rows(rows, connection, table)
            _comment(connection, "table", table, comment)
            for column, _, meaning in columns:
                if meaning:
                    _comment(connection, "column", sql.Identifier(schema, name, column), meaning)
            connection.execute(sql.SQL("analyze {}").format(table))


def _copy_rows(rows, connection, table):
    # Frozen rows are seen by sessions whose snapshot is older; else they would find no rows.
    statement = sql.SQL("copy {} from stdin (format csv, freeze)").format(table)
    with rows.open("rb") as file, connection.cursor().copy(statement) as copy:
        while chunk := file.read(1 << 20):
            copy.write(chunk)


def _type_of(data_type):
    return TYPES.get(data_type) or data_type.replace("DECIMAL", "numeric")


def _comment(connection, kind, name, text):
    connection.execute(
        sql.SQL("comment on {} {} is {}").format(sql.SQL(kind), name, sql.Literal(text))
    )


def _run(connection, statement, *names):
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
