"""What is raised when a log cannot be read."""


class IngestError(Exception):
    """The files cannot be read as they are; the message is a sentence for the user."""


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
