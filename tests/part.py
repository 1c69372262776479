"""Build a part of the project that lies here: python -m tests.part MODELS SETTINGS."""

import json
import sys
from pathlib import Path

from commands.dbt import invoke

PART = ["--quiet", "build", "--indirect-selection", "cautious"]
PART += ["--exclude-resource-type", "unit_test"]

if __name__ == "__main__":
    models, settings = sys.argv[1:]
    arguments = [*PART, "--select", *models.split()]
    sys.exit(not invoke(arguments, json.loads(settings), project=Path.cwd()).success)
