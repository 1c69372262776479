"""The unit tests of the models, which a build leaves out: they say nothing of its data."""

import json

from tests.builds import copy_warehouse, run_dbt


def test_every_unit_test_passes(sample_warehouse, tmp_path):
    copy_warehouse(sample_warehouse.warehouse, tmp_path / "warehouse.duckdb")
    done = run_dbt(tmp_path, "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout
    manifest, results = (
        json.loads((tmp_path / "target" / f"{name}.json").read_text())
        for name in ("manifest", "run_results")
    )
    passed = {result["unique_id"] for result in results["results"] if result["status"] == "pass"}
    assert passed >= manifest["unit_tests"].keys() != set()
