"""Text and names in SQL, quoted so that they are never anything else."""


def literal(text):
    """Text as a SQL literal.

    >>> literal("a'b")
    "'a''b'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name):
    """Name as a SQL identifier.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'
