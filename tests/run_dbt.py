"""dbt as `make` runs it: python -m tests.run_dbt SETTINGS ARGUMENTS…"""

import json
import sys

from commands.dbt import invoke

if __name__ == "__main__":
    settings, *arguments = sys.argv[1:]
    sys.exit(not invoke(arguments, json.loads(settings)).success)
