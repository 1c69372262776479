"""`make docs`: dbt's documentation and the lineage of every column, as pages that open from disk.

dbt puts its JSON into the page as it is, and shows descriptions as HTML: a description that holds
`</script>` breaks the page, one that holds `<img onerror=…>` acts. Here neither can.
"""

import base64
import hashlib
import json
import os
import re
import sys
from pathlib import Path

from commands.dbt import WAREHOUSE, invoke
from commands.sources import PROJECT
from report import lineage

TARGET = Path(os.environ.get("DBT_TARGET_PATH", "target"))
# Texts that dbt's page shows as HTML.
SHOWN_AS_HTML = {"description", "comment", "block_contents"}


def main():
    """Write docs.html and lineage.html, or say what is missing and exit with 1."""
    os.chdir(PROJECT)
    if not Path(WAREHOUSE).is_file():
        sys.exit(f"There is no {WAREHOUSE} yet: run make build first.")
    result = invoke(["--log-level", "none", "docs", "generate"], {})
    if not result.success:
        sys.exit(f"dbt cannot write its documentation: {result.exception or 'see logs/dbt.log'}")
    manifest, catalog = (
        json.loads((TARGET / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("manifest", "catalog")
    )
    missing = [
        node["name"]
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and key not in catalog["nodes"]
    ]
    if missing:
        sys.exit(
            f"{WAREHOUSE} has no {missing[0]}{' and others' * (len(missing) > 1)}, so its last "
            "build failed or made some tables only: run make build first."
        )
    to = Path(os.environ.get("DOCS", "docs.html"))
    template = (TARGET / "index.html").read_text(encoding="utf-8")
    to.write_text(page(template, manifest, catalog), encoding="utf-8")
    beside = to.with_name("lineage.html")
    beside.write_text(lineage.page(lineage.columns_by_table(manifest, catalog)), encoding="utf-8")
    for path in (to, beside):
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB. Open it in a browser.")


def page(template, manifest, catalog):
    """Put what dbt knows into its page so that no text in it can act.

    Parameters
    ----------
    template : str
        dbt's index.html.
    manifest, catalog : dict
        dbt's artifacts.

    Returns
    -------
    str
        A page that loads nothing and runs only dbt's own script.
    """
    for name, artifact in (("MANIFEST", manifest), ("CATALOG", catalog)):
        template = template.replace(f'"{name}.JSON INLINE DATA"', inline(artifact))
    # With the hashes of dbt's own scripts allowed, handlers and scripts in texts are refused.
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script[^>]*>(.*?)</script>", template, re.DOTALL)
    )
    policy = (
        f"default-src 'none'; script-src {hashes} 'unsafe-eval'; style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return re.sub(r"<head>", lambda found: found[0] + head, template, count=1)


def inline(artifact):
    r"""Write JSON that can stand inside a script and holds no HTML where HTML is shown.

    >>> inline({"name": "</script><!--", "description": "<b> & `<c>`"})
    '{"name": "\\u003c/script>\\u003c!--", "description": "\\u003c\\u200bb> & `\\u003c\\u200bc>`"}'
    """
    return json.dumps(_without_tags(artifact)).replace("<", "\\u003c")


def _without_tags(value, key=None):
    """Part each `<` from its name by a blank without width: then it is no tag, also in code."""
    if isinstance(value, dict):
        return {name: _without_tags(entry, name) for name, entry in value.items()}
    if isinstance(value, list):
        return [_without_tags(entry, key) for entry in value]
    if isinstance(value, str) and key in SHOWN_AS_HTML:
        return value.replace("<", "<\N{ZERO WIDTH SPACE}")
    return value


if __name__ == "__main__":
    main()
