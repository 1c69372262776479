"""Macros of the adapter; dbt finds them by the name of this folder."""

from pathlib import Path

PACKAGE_PATH = str(Path(__file__).parent)
