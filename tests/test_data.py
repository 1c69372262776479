"""`make data` keeps a file only if it is the publisher's, byte for byte."""

import hashlib
import zipfile
from dataclasses import replace

import pytest

from commands.data import ONLINE_RETAIL, DataError, Publication, fetch

CONTENT = b"the publisher's workbook"


@pytest.fixture
def publication(tmp_path):
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("Online Retail.xlsx", CONTENT)
    return Publication(
        url=archive.as_uri(),
        member="Online Retail.xlsx",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )


def test_a_verified_file_is_put_in_its_place_and_nothing_beside_it(publication, tmp_path):
    target = tmp_path / "data" / "online_retail.xlsx"
    fetch(publication, target)
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("change", [{"size": 1}, {"sha256": "0" * 64}])
def test_another_file_is_refused_and_not_kept(publication, tmp_path, change):
    target = tmp_path / "data" / "online_retail.xlsx"
    with pytest.raises(DataError, match=r"has 24 bytes and the SHA-256 \w+; expected"):
        fetch(replace(publication, **change), target)
    assert list(target.parent.iterdir()) == []


def test_a_file_that_is_there_is_verified_without_the_internet(publication, tmp_path):
    target = tmp_path / "online_retail.xlsx"
    offline = replace(publication, url="file:///nowhere/archive.zip")
    target.write_bytes(CONTENT)
    fetch(offline, target)
    target.write_bytes(b"cut off")
    with pytest.raises(DataError, match=r"move .* away and run make data again"):
        fetch(offline, target)
    assert target.read_bytes() == b"cut off"


def test_without_internet_it_says_what_to_do(publication, tmp_path):
    target = tmp_path / "data" / "online_retail.xlsx"
    with pytest.raises(DataError, match=r"cannot be reached .*bring the file 'Online Retail.xlsx'"):
        fetch(replace(publication, url="file:///nowhere/archive.zip"), target)


def test_an_archive_that_is_none_or_lacks_the_file(publication, tmp_path):
    target = tmp_path / "data" / "online_retail.xlsx"
    with pytest.raises(DataError, match=r"not the archive with 'Other.xlsx'"):
        fetch(replace(publication, member="Other.xlsx"), target)
    page = tmp_path / "page.html"
    page.write_text("moved")
    with pytest.raises(DataError, match="not the archive"):
        fetch(replace(publication, url=page.as_uri()), target)


def test_the_publisher_is_reached_by_an_encrypted_connection():
    assert ONLINE_RETAIL.url.startswith("https://")
