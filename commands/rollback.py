"""`make rollback`: publish again what was published before the last build."""

import os
import sys

from commands.dbt import WAREHOUSE
from commands.sources import PROJECT
from publish.folder import PublishedFolder, PublishError


def main():
    """Go back, say to what, and exit with 0, or print what is wrong and exit with 1."""
    os.chdir(PROJECT)
    published = PublishedFolder.beside(WAREHOUSE)
    try:
        manifest = published.rollback()
    except PublishError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    print(
        f"Published: {published.path} holds build {manifest['build_id']}, as of "
        f"{manifest['as_of']}, made at {manifest['created_at']}.{published.elsewhere}"
    )


if __name__ == "__main__":
    main()
