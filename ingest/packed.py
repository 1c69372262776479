"""Files that may be compressed by gzip."""

import gzip
import zlib

from ingest.errors import IngestError

# What reading a file ends in that is no whole gzip stream, or that the disk does not give.
UNREADABLE = (OSError, EOFError, zlib.error)


def open_bytes(path):
    """Open a file for reading, unpacked.

    Parameters
    ----------
    path : str

    Returns
    -------
    binary file
    """
    return gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")


def unreadable(path, error):
    """Say that a file cannot be read to its end.

    Parameters
    ----------
    path : str
    error : Exception
        One of `UNREADABLE`.

    Returns
    -------
    IngestError
    """
    return IngestError(
        f"{path} cannot be read ({error}); expected a whole file: deliver it again or set "
        "transactions to another one."
    )
