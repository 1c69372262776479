"""What kind of file a log is, by what it begins with and whatever its name says."""

import gzip
import zlib

from ingest.errors import IngestError
from ingest.packed import open_bytes

PARQUET, WORKBOOK, JSON_LINES, CSV = "Parquet", "workbook", "JSON lines", "CSV"

# How files begin that are often named like tables. A name in a header may begin with < or [.
OTHERS = {
    "a web page or XML": (b"<!", b"<?", b"<htm", b"<tab"),
    "a PDF": (b"%pdf",),
}


def kind_of(path):
    r"""Tell what kind of file it is.

    Parameters
    ----------
    path : str

    Returns
    -------
    str
        `PARQUET`, `WORKBOOK`, `JSON_LINES` (an array counts as one, which says what is wrong with
        it), or `CSV` for all other text.

    Raises
    ------
    IngestError
        If it is a web page, XML or PDF.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "log.txt")
    ...     for start in (b"PAR1", b"PK\x03\x04", b'\xef\xbb\xbf{"InvoiceNo": 1}', b"Invo"):
    ...         _ = path.write_bytes(start)
    ...         print(kind_of(str(path)))
    Parquet
    workbook
    JSON lines
    CSV
    """
    start = _start_of(path)
    if start.startswith(b"PAR1") or path.endswith((".parquet", ".pq")):
        return PARQUET
    # An archive, as all newer workbooks are, or an old xls.
    if start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return WORKBOOK
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for kind, begins in OTHERS.items():
        if text.startswith(begins):
            raise IngestError(
                f"{path} is {kind}, whatever its name; expected CSV, Parquet, lines of JSON or a "
                "workbook: export or save it as one of these."
            )
    return JSON_LINES if text.startswith((b"{", b"[{")) else CSV


def _start_of(path):
    try:
        with open_bytes(path) as file:
            return file.read(16)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return b""  # told where it is read
