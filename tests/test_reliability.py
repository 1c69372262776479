"""Every fault has a row in docs/reliability.md, and every proof named there exists."""

import re

from tests.builds import PROJECT

GUIDE = (PROJECT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (F\d\d) .*? \| .*? \| (.*) \|$", GUIDE, re.MULTILINE)


def test_every_fault_has_one_row():
    assert [fault for fault, _ in ROWS] == [f"F{number:02}" for number in range(1, 40)]


def test_every_proof_exists():
    for fault, proofs in ROWS:
        named = re.findall(r"`([^`]+)`", proofs)
        assert named, fault
        for proof in named:
            path, _, test = proof.partition("::")
            assert (PROJECT / path).is_file(), proof
            assert not test or f"\ndef {test}(" in (PROJECT / path).read_text(), proof


def test_every_test_of_a_fault_is_named():
    files = {f"tests/faults/{path.name}" for path in (PROJECT / "tests/faults").glob("test_*.py")}
    assert [file for file in sorted(files) if f"`{file}`" not in GUIDE] == []
