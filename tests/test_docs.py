"""The documentation page: harmless whatever a description says, and all of it is there."""

import json
import re
import subprocess
import sys
import time

import pytest

from commands.docs import page
from commands.warehouse import open_warehouse
from report import lineage
from tests import browser
from tests.builds import PROJECT, environment_in, parsed_for

HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
)


def docs(warehouse, folder):
    """Make the pages as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "commands.docs"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=environment_in(folder)
        | {
            "WAREHOUSE": str(warehouse),
            "DBT_TARGET_PATH": str(folder / "docs_target"),
            "DBT_PARTIAL_PARSE_FILE_PATH": parsed_for({}),
            "DOCS": str(folder / "docs.html"),
        },
    )


@pytest.fixture(scope="module")
def documentation(sample_warehouse):
    """The pages of a build, beside it."""
    done = docs(sample_warehouse.warehouse, sample_warehouse.folder)
    assert done.returncode == 0, done.stderr
    return sample_warehouse.folder


def test_there_is_none_of_a_part_of_a_build(tmp_path):
    with open_warehouse(tmp_path / "warehouse.duckdb", read_only=False) as connection:
        connection.execute("create table warehouse.stg_transactions as select 1 as line_id")
    done = docs(tmp_path / "warehouse.duckdb", tmp_path)
    assert done.returncode == 1
    assert re.search(r" has no \w+ and others, so .*: run make build first\.", done.stderr)
    assert not (tmp_path / "docs.html").exists()


def test_groups_have_owners_and_exposures_name_existing_marts(documentation):
    manifest = json.loads((documentation / "docs_target" / "manifest.json").read_text())
    assert {exposure["name"] for exposure in manifest["exposures"].values()} == {
        "report",
        "business_intelligence",
    }
    for thing in [*manifest["exposures"].values(), *manifest["groups"].values()]:
        assert thing["owner"]["name"], thing["name"]
        assert thing["description"], thing["name"]
    marts = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
    ]
    assert marts
    assert all(mart["group"] for mart in marts)


def test_the_page_explains_rows_verdicts_ledger_replay_and_segments(documentation):
    text = (documentation / "docs.html").read_text()
    for heading in ("What is one row?", "The verdicts", "The ledger", "Replay", "The segments"):
        assert heading in text


def test_hostile_descriptions_do_nothing_in_a_browser(documentation, tmp_path):
    target = documentation / "docs_target"
    manifest = json.loads((target / "manifest.json").read_text())
    catalog = json.loads((target / "catalog.json").read_text())
    manifest["docs"]["doc.dbt.__overview__"]["block_contents"] = HOSTILE
    for doc in manifest["docs"].values():
        doc["block_contents"] = HOSTILE
    for node in manifest["nodes"].values():
        node["description"] = HOSTILE
    template = (target / "index.html").read_text()
    written = page(template, manifest, catalog)
    assert written.count("</script>") == template.count("</script>")
    (tmp_path / "docs.html").write_text(written)
    chromium = browser.find()
    if chromium is None:
        pytest.skip("no browser: neither CHROMIUM nor chromium on the path (Debian: chromium)")
    with browser.Browser(chromium) as opened:
        opened.open(tmp_path / "docs.html")
        for _ in range(50):
            shown = opened.ask("document.body.innerText")
            if "onerror" in shown:
                break
            time.sleep(0.2)
        assert "onerror" in shown
        assert "taken" not in opened.ask("document.title")
        assert opened.ask("document.querySelectorAll('img[onerror]').length") == 0


def test_lineage_leads_from_each_mart_to_the_columns_it_is_made_of(documentation):
    text = (documentation / "lineage.html").read_text()
    row = text.split('<tr id="customer_rfm.monetary_score">')[1].split("</tr>")[0]
    assert 'href="#int_customers__rfm.monetary_amount"' in row
    ids = set(re.findall(r'id="([^"]+)"', text))
    linked = set(re.findall(r'href="#([^"]+)"', text))
    of_models = {link for link in linked if link.split(".")[0] in ids}
    assert len(of_models) > 500
    assert of_models <= ids


def test_a_hostile_description_is_text_in_the_lineage():
    text = lineage.page({"orders": [lineage.Column("order_id", HOSTILE, [], [])]})
    assert "&lt;/script&gt;&lt;script&gt;" in text
    assert "<script" not in text
