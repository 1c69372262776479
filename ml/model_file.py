"""A fitted model as text: data that runs no code when it is read, with a check that it is whole."""

import base64
import hashlib
import io
import json
import zipfile

import sklearn
import skops.io

# Of what a model consists besides what skops trusts by itself. Nothing else is ever loaded.
ALLOWED = (
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)

# Changes whenever the meaning of what is kept changes.
FORMAT = 1

# Files in a zip have a date; one that says nothing keeps equal models equal.
NO_DATE = (1980, 1, 1, 0, 0, 0)


class UnusableModelError(ValueError):
    """A model that is missing, of another version, or not what was written; says so in words."""


def version():
    """Say what a model has to be read with: format, and version of scikit-learn.

    >>> version().startswith("1/scikit-learn ")
    True
    """
    return f"{FORMAT}/scikit-learn {sklearn.__version__}"


def written(model):
    """Write a model as text.

    Parameters
    ----------
    model : dict
        Plain values and scikit-learn estimators.

    Returns
    -------
    tuple of str
        Text (skops, in base64), SHA-256 of it, and the `version`. Equal models give equal texts.

    Examples
    --------
    >>> text, checksum, made_by = written({"threshold": 2.5})
    >>> read(text, checksum, made_by)
    {'threshold': 2.5}
    """
    text = base64.b64encode(_renumbered(skops.io.dumps(model))).decode()
    return text, hashlib.sha256(text.encode()).hexdigest(), version()


def read(text, checksum, made_by):
    """Read a model that `written` wrote.

    Parameters
    ----------
    text, checksum, made_by : str
        What `written` gave.

    Returns
    -------
    dict

    Raises
    ------
    UnusableModelError
        If it was made by another version, changed since, or holds types that are not `ALLOWED`.
    """
    if made_by != version():
        raise UnusableModelError(
            f"The model was made by version {made_by}, this is {version()}. Build again."
        )
    if hashlib.sha256(text.encode()).hexdigest() != checksum:
        raise UnusableModelError(
            "The model is not what the build wrote: its checksum differs. Build again."
        )
    try:
        content = base64.b64decode(text, validate=True)
        unknown = sorted(set(skops.io.get_untrusted_types(data=content)) - set(ALLOWED))
        if unknown:
            raise UnusableModelError(
                f"The model holds {', '.join(unknown)}, which is not loaded. Build again."
            )
        return skops.io.loads(content, trusted=list(ALLOWED))
    except UnusableModelError:
        raise
    except Exception as error:
        raise UnusableModelError(f"The model cannot be read ({error}). Build again.") from error


def _renumbered(content):
    """Numbers of objects from 1 instead of their addresses in memory, and no dates."""
    numbers = {}

    def number(address):
        return numbers.setdefault(str(address), len(numbers) + 1)

    def walk(node):
        if isinstance(node, dict):
            changed = {key: walk(value) for key, value in node.items()}
            if "__id__" in node:
                changed["__id__"] = number(node["__id__"])
            if "__loader__" in node and "file" in node:
                stem, _, ending = node["file"].rpartition(".")
                changed["file"] = f"{number(stem)}.{ending}"
            return changed
        return [walk(value) for value in node] if isinstance(node, list) else node

    renumbered = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(renumbered, "w") as made:
        schema = walk(json.loads(given.read("schema.json")))
        files = {"schema.json": json.dumps(schema).encode()}
        for name in given.namelist():
            stem, _, ending = name.rpartition(".")
            if stem in numbers:
                files[f"{numbers[stem]}.{ending}"] = given.read(name)
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=NO_DATE)
            made.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)
    return renumbered.getvalue()
