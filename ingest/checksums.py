"""Checksums of files."""

import hashlib


def sha256(path):
    """Compute the SHA-256 of a file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    str
        In hexadecimal digits.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
