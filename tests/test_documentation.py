"""Nothing is undocumented, and what the README shows is what a user sees."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from commands import build

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def manifest(sample_warehouse):
    return json.loads((sample_warehouse.folder / "target" / "manifest.json").read_text())


def ours(nodes):
    return [node for node in nodes.values() if node["package_name"] == "segmentation"]


def test_every_model_and_seed_says_what_one_row_is(manifest):
    for node in ours(manifest["nodes"]):
        if node["resource_type"] in ("model", "seed"):
            assert re.match("One row (per|for) ", node["description"]), node["name"]


def test_every_column_is_described_and_every_described_column_exists(manifest, sample_warehouse):
    for node in ours(manifest["nodes"]):
        if node["resource_type"] not in ("model", "seed"):
            continue
        columns = {
            column
            for (column,) in sample_warehouse.query(
                f"select column_name from duckdb_columns() where table_name = '{node['name']}'"
            )
        }
        described = {name for name, column in node["columns"].items() if column["description"]}
        assert described == columns, node["name"]


def test_every_mart_has_an_enforced_contract_and_a_grain(manifest):
    marts = [
        node
        for node in ours(manifest["nodes"])
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    tested = {
        test["attached_node"]
        for test in ours(manifest["nodes"])
        if test.get("test_metadata", {}).get("name") == "one_row_per"
    }
    assert marts
    for mart in marts:
        assert mart["contract"]["enforced"], mart["name"]
        assert mart["access"] == "public", mart["name"]
        one_row_tables = {"build_info"}
        assert mart["unique_id"] in tested or mart["name"] in one_row_tables, mart["name"]


def test_every_macro_and_argument_is_described(manifest):
    for macro in ours(manifest["macros"]):
        assert macro["description"], macro["name"]
        if macro["name"].startswith("materialization_"):  # they take no arguments
            continue
        signature = re.search(
            rf"(?:macro|test) {re.sub('^test_', '', macro['name'])}\((.*?)\)", macro["macro_sql"]
        )
        names = [name.split("=")[0].strip() for name in signature[1].split(",") if name.strip()]
        assert names == [argument["name"] for argument in macro["arguments"]], macro["name"]
        assert all(argument["description"] for argument in macro["arguments"]), macro["name"]


def test_every_var_stands_below_its_explanation():
    lines = (PROJECT / "dbt_project.yml").read_text().splitlines()
    in_vars = lines[lines.index("vars:") + 1 :]
    for above, line in zip(["", *in_vars], in_vars, strict=False):
        if re.match(r"  \w+:", line):
            explained = above.lstrip().startswith("#") or "#" in line
            group = re.match(r"  \w+:", above)
            assert explained or group, line


def test_every_make_target_is_explained():
    targets = re.findall(r"^([a-z0-9-]+):(.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    for target, rest in targets:
        assert "##" in rest, target


def test_the_readme_shows_what_make_build_prints(sample_warehouse):
    printed = sample_warehouse.stdout.replace(f"{sample_warehouse.folder}/", "")
    shown = re.search(r"\$ make build\n\n(.*?)\n…", (PROJECT / "README.md").read_text(), re.DOTALL)
    assert shown[1] in printed


def test_long_names_of_segments_keep_the_columns_of_make_build(
    sample_warehouse, tmp_path, monkeypatch, capsys
):
    published = tmp_path / "marts.duckdb"
    shutil.copy(sample_warehouse.folder / "published" / "marts.duckdb", published)
    with duckdb.connect(published) as marts:
        marts.execute(
            "update segments set segment_name = 'Sleeping wholesale buyers' where segment_rank = 1"
        )
    monkeypatch.setattr(build, "PUBLISHED", published)
    build.print_segments()
    heading, first = capsys.readouterr().out.splitlines()[3:5]
    assert heading.startswith("segment ")
    assert first.startswith("Sleeping wholesale buyers ")
    assert len(heading) == len(first)
    assert first[heading.index("share") + 4] == "%"


def test_the_query_in_the_readme_runs(sample_warehouse):
    query = re.search(r"```sql\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)[1]
    assert len(sample_warehouse.query(query)) == 10


def test_the_readme_lists_every_mart(sample_warehouse):
    readme = (PROJECT / "README.md").read_text()
    for mart in sample_warehouse.checksums():
        assert mart in readme, mart


def test_yaml_stands_beside_its_model():
    for model in (PROJECT / "models").rglob("*.sql"):
        promise = model.with_suffix(".yml")
        assert promise.is_file(), model
        names = [entry["name"] for entry in yaml.safe_load(promise.read_text())["models"]]
        assert names == [model.stem]
