"""What is raised when a log cannot be read."""


class IngestError(Exception):
    """The files cannot be read as they are; the message is a sentence for the user."""


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
        If a name occurs more than once.
    """
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise IngestError(
            f"The header of {label} names a column twice: {', '.join(twice)}; "
            "rename one of them in the file."
        )
