"""F39: a mistake in a file of rules is told by file, line and column before anything is built."""

import csv
import shutil
import sys

import pytest

import commands.build
from ingest.seeds import problem_with_seeds
from ingest.settings import problem_with
from tests.builds import PROJECT

PLAYBOOK = (
    "playbook_order,segment_key,segment_name,recency_level,frequency_level,monetary_level,"
    "description,strategy"
)


@pytest.fixture
def seeds(tmp_path):
    """A copy of the seeds."""
    return shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")


def edit(seeds, name, old, new):
    """Replace all of a text in a copy of a seed, which has to have it."""
    content = (PROJECT / "seeds" / f"{name}.csv").read_bytes()
    assert old in content
    (seeds / f"{name}.csv").write_bytes(content.replace(old, new))


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        # Keys and names.
        (
            "segment_playbook", b",Regulars,", b",Champions,",
            ", line 3: segment_name 'Champions' as in line 2; expected another in every row: "
            "change or remove one of the two.",
        ),
        (
            "segment_playbook", b",Regulars,", b", ,",
            ", line 3: segment_name is empty; expected a value in every row: fill it in, or remove "
            "the row.",
        ),
        ("interest_playbook", b"\n2,bag", b"\n1,bag", ", line 3: playbook_order '1' as in "),
        ("interest_playbook", b"\n2,bag", b"\n,,,\n2,bag", ", line 3: playbook_order is empty; "),
        ("service_codes", b"\nDOT,", b"\nPOST,", ", line 11: code 'POST' as in line 8; "),
        ("service_codes", b"bad debt adjustment", b"", ", line 3: meaning is empty; expected a "),
        (
            "currency_rates", b"rate", b"rate\nEUR,2011-01-01,0.8\nEUR,2011-01-01,0.9",
            ", line 3: currency 'EUR' and valid_from '2011-01-01' as in line 2; ",
        ),
        ("rfm_segments", b"\nLost,", b"\n,", ", line 13: rfm_segment is empty; expected a value "),
        # Rows that models name.
        (
            "segment_playbook", b"kept_nothing", b"nothing_kept",
            " has no row with the segment_key 'kept_nothing'; expected one, whatever its other "
            "texts: put it back.",
        ),
        ("segment_playbook", b"never_bought", b"no", " has no row with the segment_key 'never_"),
        ("interest_playbook", b",*,", b",other,", " has no row with the term '*'; expected one"),
        # Values.
        (
            "segment_playbook", b"-0.1,0.3", b"low,0.3",
            ", line 3: recency_level is 'low'; expected a number with a decimal point such as "
            "-0.5: write it so.",
        ),
        ("segment_playbook", b"-0.1,0.3", b'"-0,1",0.3', ", line 3: recency_level is '-0,1'; "),
        (
            "service_codes", b"true", b"WAHR",
            ", line 9: is_prefix is 'WAHR'; expected true or false: write it so.",
        ),
        (
            "rfm_segments", b"Lost,1", b"Lost,one",
            ", line 13: recency_from is 'one'; expected a whole number such as 3: write it so.",
        ),
        (
            "currency_rates", b"rate", b"rate\nEUR,31.10.2011,0.85",
            ", line 2: valid_from is '31.10.2011'; expected a day such as 2011-10-31: write it so.",
        ),
        (
            "currency_rates", b"rate", b'rate\nEUR,2011-10-31,"0,85"',
            ", line 2: rate is '0,85'; expected a number with a decimal point such as 0.8574: "
            "write it so.",
        ),
        # Scores.
        (
            "rfm_segments", b"Loyal,3,3", b"Loyal,3,6",
            ", line 4: recency_to is '6'; expected a score from 1 to 5: write one.",
        ),
        (
            "rfm_segments", b"Loyal,3,3", b"Loyal,3,4",
            " has the rules in lines 3 and 4 for the scores recency 4, frequency 4, monetary 1; "
            "expected one: mend the ranges from and to.",
        ),
        (
            "rfm_segments", b"Lost,1,1,1,2", b"Lost,1,1,1,1",
            " has no rule for the scores recency 1, frequency 2, monetary 1; expected one: ",
        ),
        # How the file is written.
        (
            "segment_playbook", b",", b";",
            ", line 1: columns are separated by ';'; expected commas, and points in numbers: save "
            "the file with commas; Excel takes the separators from the regional settings of the "
            "system.",
        ),
        (
            "segment_playbook", b"Most come back every", b"Most come back, and stay, every",
            ", line 3: 10 values; expected 8, one for each column: put a text that has a comma in "
            "quotes, and leave a column empty with its comma.",
        ),
        ("segment_playbook", b",,,,", b",,,", ", line 12: 7 values; expected 8, one for each "),
        (
            "segment_playbook", b'most."', b"most.",
            ", line 2: its quotes do not close (',' expected after '\"'); expected one on each "
            "side of a text, and two for one inside: mend them.",
        ),
        ("segment_playbook", b'service account."', b"", ", line 13: its quotes do not close"),
        (
            "segment_playbook", b"Win the second", "Für zweite".encode("cp1252"),
            """, line 4: after 'of them are new.","F' stands the byte 0xfc, which is not UTF-8; """
            "expected a file in UTF-8: save it as CSV UTF-8.",
        ),
        (
            "segment_playbook", b"segment_name", b"name",
            f", line 1: the header is {PLAYBOOK.replace('segment_name', 'name')}, without "
            f"segment_name; expected {PLAYBOOK}: write it so.",
        ),
        (
            "service_codes", b"code,", b"Code,",
            ", line 1: the header is Code,is_prefix,meaning, without code; expected code,is_prefix",
        ),
        ("service_codes", b"code,", b"\ncode,", ", line 1: the header is missing, without code "),
        ("currency_rates", b"currency,valid_from,rate\n", b"", ", line 1: the header is missing, "),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_file_line_and_column(seeds, name, old, new, sentence):
    edit(seeds, name, old, new)
    assert problem_with_seeds(seeds.parent).startswith(f"seeds/{name}.csv{sentence}")


def test_lines_are_counted_as_an_editor_does(seeds):
    edit(seeds, "segment_playbook", b"spend most.", b"spend\r\nmost.\n")
    edit_of = (seeds / "segment_playbook.csv").read_bytes()
    (seeds / "segment_playbook.csv").write_bytes(edit_of.replace(b"\n3,", b"\n\nthree,"))
    assert ", line 7: playbook_order is 'three'" in problem_with_seeds(seeds.parent)


def test_a_column_twice_is_refused(seeds):
    edit(seeds, "service_codes", b"code,is_prefix", b"code,code,is_prefix")
    content = (seeds / "service_codes.csv").read_bytes()
    (seeds / "service_codes.csv").write_bytes(content.splitlines()[0])
    assert problem_with_seeds(seeds.parent) == (
        "The header of seeds/service_codes.csv names a column twice: code; rename one of them in "
        "the file."
    )


def test_a_missing_file_and_one_of_another_kind_are_refused(seeds):
    (seeds / "rfm_segments.csv").write_bytes("rfm_segment,recency_from".encode("utf-16"))
    refused = problem_with_seeds(seeds.parent)
    assert refused.startswith("seeds/rfm_segments.csv, line 1: after '' stands the byte 0xff, ")
    (seeds / "rfm_segments.csv").unlink()
    assert problem_with_seeds(seeds.parent) == (
        "seeds/rfm_segments.csv cannot be read (No such file or directory); expected a CSV file "
        "with the header rfm_segment,recency_from,recency_to,frequency_from,frequency_to,"
        "monetary_from,monetary_to: put it back."
    )


def test_make_says_so_before_it_starts_dbt(seeds, tmp_path, monkeypatch, capsys):
    shutil.copy(PROJECT / "dbt_project.yml", tmp_path)
    assert problem_with(tmp_path, {}) is None
    edit(seeds, "segment_playbook", b",Regulars,", b",Champions,")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands.build, "PROJECT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build"])
    with pytest.raises(SystemExit, match="line 3: segment_name 'Champions' as in"):
        commands.build.main()
    assert capsys.readouterr().out == ""


def test_plain_dbt_says_so_before_it_builds(build, project, small_log, tmp_path):
    edit(project / "seeds", "segment_playbook", b",", b";")
    built = build(tmp_path, small_log, select="segment_playbook", started_from=project, plain=True)
    assert built.exit_code != 0
    assert built.stdout.count("seeds/segment_playbook.csv, line 1: columns are separated by") == 1
    assert built.query("from duckdb_tables()") == []


def test_what_spreadsheets_do_to_a_file_does_no_harm(build, project, small_log, tmp_path):
    original = (PROJECT / "seeds" / "segment_playbook.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(original.splitlines()))
    with (project / "seeds" / "segment_playbook.csv").open("w", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, [*reversed(rows[0]), "Checked by"], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(row | {"Checked by": "Ann, in May"} for row in rows)
        file.write("\r\n")
    built = build(tmp_path, small_log, select="segment_playbook", started_from=project, plain=True)
    assert built.exit_code == 0, built.stdout
    loaded = built.query(
        "select segment_key, coalesce(cast(recency_level as varchar), ''), strategy "
        "from segment_playbook order by playbook_order"
    )
    assert loaded == [(row["segment_key"], row["recency_level"], row["strategy"]) for row in rows]
