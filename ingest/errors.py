"""What is raised when a log cannot be read."""

# How files begin that are often named like tables. A name in a header may begin with < or [.
OTHER_KINDS = {
    "a web page or XML": (b"<!", b"<?", b"<htm", b"<tab"),
    "JSON": (b"{", b"[{"),
    "a PDF": (b"%pdf",),
}


class IngestError(Exception):
    """The files cannot be read as they are; the message is a sentence for the user."""


def refuse_other_kinds(path, start):
    """Refuse a file that is no table, whatever its name says.

    Parameters
    ----------
    path : str
        Its path.
    start : bytes
        Its first four bytes.

    Raises
    ------
    IngestError
        If it is a web page, XML, JSON or PDF.
    """
    start = start.lstrip().lower()
    for kind, begins in OTHER_KINDS.items():
        if start.startswith(begins):
            raise IngestError(
                f"{path} is {kind}, whatever its name; expected CSV, Parquet or a workbook: export "
                "or save it as one of these."
            )


def first_sentence(error):
    """Give what an error of DuckDB says first.

    Parameters
    ----------
    error : duckdb.Error or str

    Returns
    -------
    str
    """
    return str(error).split("\n")[0].removeprefix("Invalid Input Error: ")
