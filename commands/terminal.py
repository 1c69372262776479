"""What a terminal is shown of text that comes from data."""


def written_out(text):
    r"""Write out the letters of a text that a terminal would act on.

    Examples
    --------
    >>> print(written_out("caf\u00e9 \x1b[2J"))
    café \x1b[2J
    """
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
