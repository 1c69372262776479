"""What a terminal is shown of text that comes from data."""

import contextlib
import os
import sys


@contextlib.contextmanager
def reader_may_leave():
    """Print on to nobody where who reads the output has seen enough, as `head` has."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def written_out(text):
    r"""Write out the letters of a text that a terminal would act on.

    Examples
    --------
    >>> print(written_out("caf\u00e9 \x1b[2J"))
    café \x1b[2J
    """
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def lines_written_out(text):
    r"""Write out the letters of each line of a text that a terminal would act on.

    Examples
    --------
    >>> print(lines_written_out("unused:\nnote\x07"))
    unused:
    note\x07
    """
    return "\n".join(map(written_out, text.splitlines()))


def cut(text, length=60):
    """Shorten text out of a log; what a terminal would act on is written out.

    Examples
    --------
    >>> cut("WHITE HANGING HEART", 12)
    'WHITE HANGI…'
    """
    text = written_out(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def count(number, one, several):
    """Write a number with its thing.

    Examples
    --------
    >>> count(1, "row", "rows"), count(2100, "row", "rows")
    ('1 row', '2,100 rows')
    """
    return f"{number:,} {one if number == 1 else several}"
