"""F31: no file that runs code when it is read is ever read or written."""

import base64
import hashlib
import pickle
import re

import pytest

from ml import model_file
from tests.builds import PROJECT

LOADERS = re.compile(
    r"\b(c?pickle|joblib|dill|shelve|marshal|read_pickle|to_pickle|allow_pickle)\b|\beval\(|\bexec\("
)


class Malicious:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_the_code_knows_no_pickle():
    folders = ("commands", "ingest", "macros", "ml", "models", "publish", "report", "sample")
    code = [path for folder in folders for path in (PROJECT / folder).rglob("*.py")]
    assert len(code) > 40
    assert [path for path in code if LOADERS.search(path.read_text(encoding="utf-8"))] == []


def test_a_planted_pickle_is_refused_and_runs_nothing(tmp_path):
    pickled = pickle.dumps(Malicious(tmp_path / "it ran"))
    text = base64.b64encode(pickled).decode()
    checksum = hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(model_file.UnusableModelError, match="cannot be read"):
        model_file.read(text, checksum, model_file.version())
    assert not (tmp_path / "it ran").exists()
    pickle.loads(pickled)  # noqa: S301 - proves that the planted file would have run
    assert (tmp_path / "it ran").exists()


def test_a_build_leaves_no_pickle_of_a_model(sample_warehouse):
    # dbt itself writes graph.gpickle beside its manifest; nothing reads it.
    left = {
        path.name
        for path in sample_warehouse.folder.rglob("*")
        if re.search(r"\.(\w*pickle|pkl|joblib|npy|sav)$", path.name)
    }
    assert left <= {"graph.gpickle"}
