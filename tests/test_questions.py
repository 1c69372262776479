"""Every question that docs/questions.sql answers has SQL that runs and answers."""

import re

import pytest
from conftest import PROJECT

from report.queries import tables

FOUND = re.findall(
    r"^-- (\d+)\. ([^\n]+\?)\n(.*?;)$",
    (PROJECT / "docs" / "questions.sql").read_text(),
    re.DOTALL | re.MULTILINE,
)


def test_there_are_a_dozen_questions_and_each_has_an_answer():
    assert [int(number) for number, _, _ in FOUND] == list(range(1, len(FOUND) + 1))
    assert len(FOUND) >= 12


@pytest.mark.parametrize(("number", "question", "query"), FOUND)
def test_the_query_runs_and_answers(sample_warehouse, number, question, query):
    assert sample_warehouse.query(query), question


def test_they_ask_published_tables_only():
    marts = {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")}
    for _, question, query in FOUND:
        assert tables(query) <= marts, question
