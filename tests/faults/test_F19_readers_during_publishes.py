"""F19: whoever opens the published file while generations change sees one of them, whole."""

import json
import time

from tests.builds import python
from tests.publishes import publish_version

READER = """
import json, pathlib, sys
import duckdb

folder = pathlib.Path(sys.argv[1])
opens, failures, seen = 0, [], set()
while opens < 1000 or not (folder.parent / "done").exists():
    opens += 1
    try:
        with duckdb.connect(folder / "marts.duckdb", read_only=True) as connection:
            versions = connection.execute(
                "select version from build_info union select version from lines "
                "union select cast(regexp_extract(comment, 'build_id: build-(\\\\d+)', 1) as int) "
                "from duckdb_tables()"
            ).fetchall()
            rows = connection.execute("select count(*) from lines").fetchone()
        if len(versions) != 1 or rows != (1000,):
            failures.append(f"a mix: {versions} {rows}")
        seen.add(versions[0][0])
        duckdb.read_parquet(str(folder / "parquet" / "lines.parquet")).fetchall()
        json.loads((folder / "manifest.json").read_text())
    except Exception as error:
        failures.append(repr(error))
print(json.dumps({"opens": opens, "failures": failures, "seen": len(seen)}))
"""


def test_a_thousand_opens_during_twenty_publishes(tmp_path):
    folder = tmp_path / "published"
    publish_version(folder, 0)
    reader = python(READER, folder)
    for version in range(1, 21):
        time.sleep(0.2)
        publish_version(folder, version)
    (tmp_path / "done").touch()
    result = json.loads(reader.communicate()[0])
    assert result["opens"] >= 1000
    assert result["failures"] == []
    assert result["seen"] > 10
