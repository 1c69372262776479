"""What dbt has parsed serves builds of other logs, for other days, and is what it would parse."""

import json
import subprocess
import sys
from pathlib import Path

from commands.dbt import decides_parsing
from commands.sources import project_vars
from tests.builds import PROJECT, environment_in, parsed_for
from tests.logs import write_log


def another(value):
    """Give a value that is not that of a setting."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return value[1:] or ["another"] if isinstance(value, list) else "2011-10-01"


def parsed(target):
    manifest = json.loads((target / "manifest.json").read_text())
    del manifest["metadata"]
    return json.loads(json.dumps(manifest), object_hook=comparable)


def comparable(node):
    """Leave out when something was parsed, and which macros dbt saw, all of which it may call."""
    return {name: value for name, value in node.items() if name not in ("created_at", "macros")}


def test_of_all_settings_those_of_configurations_decide_what_dbt_parses(tmp_path):
    changed = {name: another(value) for name, value in project_vars().items()}
    decisive = decides_parsing(changed)
    assert {"random_seed", "min_told_accuracy"} <= decisive.keys() < changed.keys()
    assert "transactions" not in decisive
    assert decides_parsing(project_vars()) == {}
    others = {name: value for name, value in changed.items() if name not in decisive}
    subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "parse", "--quiet", "--vars", json.dumps(others)],
        cwd=PROJECT,
        check=True,
        env=environment_in(tmp_path),
    )
    assert parsed(tmp_path / "target") == parsed(Path(parsed_for({})).parent)


def test_a_build_of_another_log_for_another_day_parses_nothing(build, tmp_path):
    log = write_log(tmp_path / "log.csv")
    settings = {"as_of": "2011-03-01", "credit_prefix": "X"}
    built = build(tmp_path / "built", log, settings, select="+source_lines")
    assert built.exit_code == 0, built.stdout
    assert not (built.folder / "target" / "partial_parse.msgpack").exists()
    assert built.query("select max(ordered_at) < '2011-03-01' from source_lines") == [(True,)]


def test_a_setting_of_a_configuration_is_parsed(tmp_path):
    listing = ["ls", "--select", "int_segments__fitted", "--output", "json"]
    settings = {"segment_count": 3, "as_of": "2011-03-01"}
    list_model = f"from commands.dbt import invoke; print(*invoke({listing}, {settings}).result)"
    listed = subprocess.run(
        [sys.executable, "-c", list_model],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=environment_in(tmp_path),
    )
    model = json.loads(listed.stdout.splitlines()[-1])
    assert model["config"]["meta"]["segment_count"] == 3
