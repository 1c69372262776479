"""The names of a log's columns, from its header."""

from ingest.errors import IngestError


def names_of(header, label):
    """Give each column of a header a name.

    Parameters
    ----------
    header : list of str
        As the file has them.
    label : str
        By which messages name what the header is of.

    Returns
    -------
    list of str
        Without blanks around them; a column without a name is called by its number.

    Raises
    ------
    IngestError
        If two have one name.

    Examples
    --------
    >>> names_of(["", " InvoiceNo "], "log.csv")
    ['column 1', 'InvoiceNo']
    """
    names = [name.strip() or f"column {place}" for place, name in enumerate(header, start=1)]
    refuse_repeated(names, label)
    return names


def refuse_repeated(names, label):
    """Refuse a header that names a column twice.

    Parameters
    ----------
    names : list of str
        The columns.
    label : str
        By which the message names what the header is of.

    Raises
    ------
    IngestError
        If a name occurs more than once; capital letters do not tell names apart, as in SQL.
    """
    alike = [name.lower() for name in names]
    twice = sorted({name for name in names if alike.count(name.lower()) > 1})
    if twice:
        raise IngestError(
            f"The header of {label} names a column twice: {', '.join(twice)}; "
            "rename one of them in the file."
        )
