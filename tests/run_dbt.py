"""dbt on the project that lies here, as `make` runs it: python -m tests.run_dbt SETTINGS …"""

import json
import sys
from pathlib import Path

from commands.dbt import invoke

if __name__ == "__main__":
    settings, *arguments = sys.argv[1:]
    sys.exit(not invoke(arguments, json.loads(settings), project=Path.cwd()).success)
