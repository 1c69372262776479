"""The report: complete, the same each time, harmless whatever the log says, and good to look at."""

import os
import re
import subprocess
import sys

import browser
import pandas as pd
import pytest
import yaml
from conftest import PROJECT, rows_of_a_log, write_log

from commands.warehouse import open_warehouse
from report.figures_interests import predictions
from report.page import page
from report.pictures import ACCENT, FAINT, WARM
from report.queries import QUERIES, answers, tables
from report.sections import SECTIONS

HOSTILE = [
    "</script><script>document.title='taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "<svg onload=document.title='taken'> & \"quotes\" ]]> <!--",
]


def report(warehouse, to):
    """Make the report as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "commands.report", "--to", str(to)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=os.environ | {"WAREHOUSE": str(warehouse)},
    )


@pytest.fixture(scope="session")
def sample_report(sample_warehouse, tmp_path_factory):
    to = tmp_path_factory.mktemp("report") / "report.html"
    done = report(sample_warehouse.warehouse, to)
    assert done.returncode == 0, done.stderr
    return to


@pytest.fixture(scope="session")
def hostile_report(build, tmp_path_factory):
    """The report on a log whose descriptions and countries are markup."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = rows_of_a_log(90)
    products = sorted({row[1] for row in rows})
    for number, row in enumerate(rows):
        # Some names stay, as categories need words.
        if row[1] in products[:3]:
            row[2] = HOSTILE[products.index(row[1])]
        row[7] = HOSTILE[number % 3]
    built = build(folder, write_log(folder / "log.csv", rows))
    assert built.exit_code == 0, built.stderr
    done = report(built.warehouse, folder / "report.html")
    assert done.returncode == 0, done.stderr
    return folder / "report.html"


@pytest.fixture(scope="module")
def chromium():
    path = browser.find()
    if path is None:
        pytest.skip("no browser: neither CHROMIUM nor chromium on the path (Debian: chromium)")
    with browser.Browser(path) as opened:
        yield opened


def test_every_section_is_there(sample_report):
    text = sample_report.read_text()
    for key, _, makers in SECTIONS:
        assert f'<section id="{key}">' in text
        for maker, _ in makers:
            assert f'<figure id="figure-{maker.__name__.replace("_", "-")}">' in text
    assert '<section id="playbook">' in text


def test_the_readme_shows_what_make_report_prints(sample_report):
    printed = f"report.html: {sample_report.stat().st_size / 1e6:.1f} MB. Open it in a browser."
    assert f"$ make report\n{printed}\n" in (PROJECT / "README.md").read_text()


def test_every_chart_has_words_for_those_who_cannot_see_it(sample_report):
    pictures = re.findall(r"<svg.*?</svg>", sample_report.read_text(), re.DOTALL)
    assert len(pictures) > 40
    for picture in pictures:
        assert 'role="img"' in picture
        assert re.search(r"<title id=[^>]+>.+</title><desc id=[^>]+>.+</desc>", picture)


def test_ids_are_unique_and_labels_point_to_them(sample_report):
    text = sample_report.read_text()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for labels in re.findall(r'aria-labelledby="([^"]+)"', text):
        assert set(labels.split()) <= set(ids)


def test_the_same_warehouse_gives_the_same_page(sample_warehouse, sample_report, tmp_path):
    report(sample_warehouse.warehouse, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text() == sample_report.read_text()


def test_queries_read_published_tables_only():
    marts = {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")}
    for name, query in QUERIES.items():
        assert tables(query) <= marts, name
    used = {query for _, _, makers in SECTIONS for _, queries in makers for query in queries}
    assert set(QUERIES) == used | {"build", "overview", "segments"}


def test_the_report_s_exposure_names_what_the_queries_read():
    exposures = yaml.safe_load((PROJECT / "models" / "_exposures.yml").read_text())["exposures"]
    named = {
        reference[5:-2]
        for exposure in exposures
        if exposure["name"] == "report"
        for reference in exposure["depends_on"]
    }
    read = set().union(*(tables(query) for query in QUERIES.values()))
    assert named == read


def test_sections_of_absent_tables_are_left_out(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        answered = answers(warehouse)
    kept = {name: rows for name, rows in answered.items() if name in ("build", "months")}
    text = page(kept)
    assert '<figure id="figure-months">' in text
    assert text.count("<figure") == 1
    assert "playbook" not in text.split("<body>")[1]


def test_a_baseline_that_is_not_beaten_looks_like_that(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        rows = answers(warehouse)["predictions"]
    is_drawn = (rows["target"] == "segment") & (rows["metric"] == "log_loss")
    rows.loc[is_drawn, "comparison"] = rows["model"].map(
        {"rules": "no difference told", "majority": "better", "nearest centroid": "worse"}
    )
    chart = predictions(None, rows).panels[0].chart(768).to_dict()
    colours = {row["name"]: row["colour"] for row in chart["data"]["values"]}
    assert colours["the forecast"] == ACCENT
    assert (colours["rules"], colours["majority"]) == (WARM, FAINT)
    assert colours["nearest centroid"] == WARM


def test_the_page_says_what_day_predictions_are_of_where_it_is_another(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        answered = answers(warehouse)
    assert "predictions and evidence as of" not in page(answered)
    answered["build"]["learned_as_of"] = pd.Timestamp("2023-12-01")
    assert "; predictions and evidence as of 1\N{NO-BREAK SPACE}Dec" in page(answered)


def test_where_nothing_is_published_one_sentence_says_what_to_do(tmp_path):
    done = report(tmp_path / "none.duckdb", tmp_path / "report.html")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("published/marts.duckdb yet: run make build first.")
    assert not (tmp_path / "report.html").exists()


def test_a_damaged_file_is_told_in_a_sentence(tmp_path):
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "marts.duckdb").write_bytes(b"no database" * 1000)
    done = report(tmp_path / "warehouse.duckdb", tmp_path / "report.html")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_text_becomes_markup(hostile_report):
    text = hostile_report.read_text()
    assert "<script" not in text
    assert not re.search(r"<[^>]*\son\w+=", text)
    assert "<img" not in text
    assert "&lt;/script&gt;" in text


@pytest.mark.parametrize("width", [390, 1280])
def test_a_browser_shows_it_without_a_complaint(chromium, sample_report, width):
    chromium.open(sample_report, width)
    assert chromium.complaints() == []
    assert chromium.ask("document.documentElement.scrollWidth") <= width
    pictures = chromium.ask(
        "[...document.querySelectorAll('svg')].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect()).map(box => [box.left, box.right, box.height])"
    )
    assert len(pictures) > 20
    for left, right, height in pictures:
        assert 0 <= left < right <= width
        assert height > 40
    chromium.ask("document.querySelectorAll('details').forEach(entry => entry.open = true)")
    assert chromium.ask("document.documentElement.scrollWidth") <= width
    # Nothing is cut off in a picture: texts end inside the page.
    ends = chromium.ask(
        "Math.max(...[...document.querySelectorAll('svg text')].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect().right))"
    )
    assert ends <= width


@pytest.mark.parametrize("dark", [False, True])
def test_text_in_pictures_stands_out_in_light_and_dark(chromium, sample_report, dark):
    chromium.open(sample_report, dark=dark)
    contrast = chromium.ask(
        """(() => {
        const light = colour => {
            const [r, g, b] = colour.match(/\\d+/g).map(Number).map(v => v / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        };
        const page = light(getComputedStyle(document.body).backgroundColor);
        return Math.min(...[...document.querySelectorAll('svg text')].map(e => {
            const text = light(getComputedStyle(e).fill);
            return Math.max(text, page) / Math.min(text, page);
        }));
        })()"""
    )
    assert contrast >= 4.5


def test_hostile_text_is_shown_as_text_and_does_nothing(chromium, hostile_report):
    chromium.open(hostile_report, 390)
    assert chromium.complaints() == []
    assert chromium.ask("document.title").startswith("Customers as of")
    assert chromium.ask("document.querySelectorAll('script, img').length") == 0
    assert HOSTILE[0] in chromium.ask("document.documentElement.textContent")
    assert chromium.ask("document.documentElement.scrollWidth") <= 390


def test_it_prints_in_dark_mode_too(chromium, sample_report):
    chromium.open(sample_report, 800, dark=True, media="print")
    assert chromium.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert chromium.ask("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_on_the_real_data_it_is_small(online_retail_warehouse, tmp_path):
    done = report(online_retail_warehouse.warehouse, tmp_path / "report.html")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").stat().st_size < 3e6
    assert (
        "Champions are 23\N{NO-BREAK SPACE}% of customers" in (tmp_path / "report.html").read_text()
    )
