"""F21: what is published stays byte for byte unless everything was built and passed."""

from tests.publishes import files_in


def test_a_failing_test_leaves_what_is_published(build, published_sample):
    before = files_in(published_sample / "published")
    failed = build(published_sample, settings={"max_units_per_line": 1})
    assert failed.exit_code == 1
    found, *_ = failed.stderr.splitlines()
    assert " lines are invalid by implausible_quantity, such as order " in found
    assert "at most 1.0% of all lines may be invalid (setting max_invalid_share)." in found
    assert failed.stdout.count("Nothing new is published, because") == 1
    assert "nodes failed or were skipped" in failed.stdout
    assert files_in(published_sample / "published") == before


def test_a_part_of_the_project_is_not_published(build, published_sample):
    before = files_in(published_sample / "published")
    part = build(published_sample, select="build_info line_funnel", settings={"currency": "EUR"})
    assert part.exit_code == 0, part.stdout
    assert part.query("select currency from build_info") == [("EUR",)]
    assert files_in(published_sample / "published") == before
