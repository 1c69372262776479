"""The name of a build: the same log, settings, code and libraries give the same build id."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import yaml

CODE = ("macros", "models", "seeds", "ingest", "ml")
LIBRARIES = (
    "dbt-core", "dbt-duckdb", "duckdb", "numpy", "pandas", "python-calamine", "scikit-learn",
    "scipy", "skops",
)  # fmt: skip

# Settings that say where things lie, not what the tables say.
NOT_IN_THE_TABLES = ("transactions", "generations_kept")


@dataclass(frozen=True)
class Identity:
    """What went into a build.

    Attributes
    ----------
    build_id : str
        Sixteen hexadecimal digits that depend on everything below and on nothing else.
    source_fingerprint : str
        SHA-256 of the contents of the log's files.
    settings : dict
        The vars of the build that reach the tables.
    versions : dict of str to str
        Of the project and the libraries at work.
    code_fingerprint : str
        SHA-256 of the files of the project that make the tables.
    """

    build_id: str
    source_fingerprint: str
    settings: dict
    versions: dict
    code_fingerprint: str


def identify(project_folder, overrides, source_fingerprint):
    """Name a build after what goes into it.

    Parameters
    ----------
    project_folder : path
        Where dbt_project.yml and the code are.
    overrides : dict
        Vars from the command line.
    source_fingerprint : str
        SHA-256 of the contents of the log's files.

    Returns
    -------
    Identity
        The name, and what it stands for.
    """
    project = yaml.safe_load((Path(project_folder) / "dbt_project.yml").read_text())
    inputs = {
        "source_fingerprint": source_fingerprint,
        "settings": {
            # In YAML a day without quotes is no text.
            name: str(value) if isinstance(value, date) else value
            for name, value in (project["vars"] | overrides).items()
            if name not in NOT_IN_THE_TABLES
        },
        "versions": {
            "segmentation": project["version"],
            **{library: version(library) for library in LIBRARIES},
        },
        "code_fingerprint": _fingerprint_of_code(Path(project_folder)),
    }
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode())
    return Identity(digest.hexdigest()[:16], **inputs)


def _fingerprint_of_code(project):
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((project / folder).rglob("*")):
            if path.suffix in (".sql", ".py", ".yml", ".csv"):
                digest.update(f"{path.relative_to(project)}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
