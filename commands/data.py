"""`make data`: the publisher's file of Online Retail, verified, as `data/online_retail.xlsx`."""

import os
import sys
import tempfile
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from commands.sources import PROJECT
from ingest.checksums import sha256


@dataclass(frozen=True)
class Publication:
    """A file that a publisher keeps in a zip archive.

    Attributes
    ----------
    url : str
        Of the archive.
    member : str
        Name of the file in it.
    size : int
        Bytes of the file.
    sha256 : str
        Checksum of the file.
    """

    url: str
    member: str
    size: int
    sha256: str


ONLINE_RETAIL = Publication(
    url="https://archive.ics.uci.edu/static/public/352/online+retail.zip",
    member="Online Retail.xlsx",
    size=23_715_344,
    sha256="43465a06f2ccf7c8b5bd2892bc7defb52f97487934fe93b16ae4c3936424676d",
)


class DataError(Exception):
    """Says in a sentence why there is no verified file."""


def main():
    """Fetch and verify the file unless it is there, and say how to build from it."""
    target = PROJECT / "data" / "online_retail.xlsx"
    try:
        fetch(ONLINE_RETAIL, target)
    except DataError as error:
        sys.exit(str(error))
    print(
        f"{target.relative_to(PROJECT)}: Online Retail, size and checksum verified (Chen, D. 2015, "
        "UCI Machine Learning Repository, CC BY 4.0, doi 10.24432/C5BW33).\n"
        "make build SOURCE=online_retail TRANSACTIONS=data/online_retail.xlsx"
    )


def fetch(publication, target):
    """Bring a verified file to its place; a file that is there already is verified as well.

    Parameters
    ----------
    publication : Publication
    target : pathlib.Path
        Where the file goes; its folder is made.

    Raises
    ------
    DataError
        If the publisher cannot be reached, or the file is not the one that is expected. Nothing is
        at `target` then but what was there before.
    """
    if target.exists():
        _verify(target, publication, f"move {target} away and run make data again")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        archive = Path(folder, "archive.zip")
        try:
            with (
                urllib.request.urlopen(publication.url, timeout=60) as answer,  # noqa: S310 https
                archive.open("wb") as file,
            ):
                while chunk := answer.read(1 << 20):
                    file.write(chunk)
        except OSError as error:
            raise DataError(
                f"{publication.url} cannot be reached ({error}): where there is no internet, bring "
                f"the file {publication.member!r} of that archive here as {target}, and run make "
                "data again to verify it."
            ) from error
        try:
            with zipfile.ZipFile(archive) as zipped:
                unpacked = Path(zipped.extract(publication.member, folder))
        except (zipfile.BadZipFile, KeyError) as error:
            raise DataError(
                f"{publication.url} is not the archive with {publication.member!r} that was "
                "expected; look there for what the publisher has changed."
            ) from error
        _verify(unpacked, publication, "look at the publisher's page for what has changed")
        os.replace(unpacked, target)


def _verify(path, publication, advice):
    size = path.stat().st_size
    checksum = sha256(path)
    if (size, checksum) != (publication.size, publication.sha256):
        raise DataError(
            f"{path.name} has {size:,} bytes and the SHA-256 {checksum}; expected "
            f"{publication.size:,} and {publication.sha256}: {advice}."
        )


if __name__ == "__main__":
    main()
