"""The report: complete, the same each time, harmless whatever the log says, and good to look at."""

import itertools
import os
import re
import subprocess
import sys

import pandas as pd
import pytest
import yaml

from commands.warehouse import open_warehouse
from report.figure import Shop
from report.figures_interests import (
    calibration,
    categories,
    interest_quality,
    predictions,
    segment_interests,
)
from report.figures_segments import history, migrations, next_steps, outlook, profiles, rfm
from report.page import _shop, _tiles, page
from report.pictures import ACCENT, FAINT, WARM
from report.queries import QUERIES, answers, tables
from report.sections import SECTIONS, sections
from report.words import amount, month, percent
from tests import browser
from tests.builds import PROJECT, marts_in_order
from tests.logs import rows_of_a_log, write_log

SHOP = Shop("GBP", {"champions": "Champions", "lapsed": "Lapsed"}, {})

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
    assert set(QUERIES) == used | {"build", "overview", "segments", "former_segments"}


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


def test_no_answer_depends_on_the_order_of_rows(sample_warehouse):
    found = []
    for way in ("asc", "desc"):
        with marts_in_order(sample_warehouse.warehouse, way) as marts:
            found.append(answers(marts))
    assert found[0].keys() == QUERIES.keys()
    for name, rows in found[0].items():
        # Floating points are added in one order or another.
        pd.testing.assert_frame_equal(rows, found[1][name], rtol=1e-12)


def test_sections_of_absent_tables_are_left_out(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        answered = answers(warehouse)
    kept = {name: rows for name, rows in answered.items() if name in ("build", "months")}
    text = page(kept)
    assert '<figure id="figure-months">' in text
    assert text.count("<figure") == 1
    assert "playbook" not in text.split("<body>")[1]


def measured(*rows):
    """Rows of the query `predictions` on the segment; the forecast says three things more."""
    columns = ["model", "orders_seen", "metric_value", "comparison", "test_customers"]
    frame = pd.DataFrame(rows, columns=columns).assign(target="segment", metric="accuracy")
    forecast = frame[frame["model"] == "prediction"]
    more = [
        forecast.assign(target=target, metric=metric, metric_value=value)
        for target, metric, value in [
            ("segment", "expected_calibration_error", 0.05),
            ("top_fifth", "auc", 0.9),
            ("buys_again", "auc", 0.5),
        ]
    ]
    log_loss = frame.assign(
        metric="log_loss",
        comparison=frame["model"].map({"rules": "better", "majority": "no difference told"}),
    )
    whole = pd.concat([frame, *more, log_loss], ignore_index=True)
    return whole.assign(horizon_days=90, low=whole["metric_value"], high=whole["metric_value"])


AFTER_ONE = [
    ("prediction", 1, 0.59, None, 255),
    ("majority", 1, 0.54, "better", 255),
    ("rules", 1, 0.60, "no difference told", 255),
]
AFTER_THREE = [
    ("prediction", 3, 0.82, None, 56),
    ("majority", 3, 0.52, "better", 56),
    ("rules", 3, 0.77, "better", 56),
]
ALL_RIGHT = [
    ("prediction", 5, 1.0, None, 10),
    ("majority", 5, 1.0, "no difference told", 10),
    ("rules", 5, 1.0, "no difference told", 10),
]


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        (AFTER_ONE + ALL_RIGHT, "it is never clearly better than all of them"),
        (AFTER_ONE + AFTER_THREE, "it is clearly better than all of them after 3 orders only"),
    ],
)
def test_a_forecast_s_success_is_told_beside_the_best_simple_guess_s(rows, where):
    title = predictions(None, measured(*rows)).title.replace("\N{NO-BREAK SPACE}", " ")
    assert title == (
        "After 1 order the segment 90 days after the first is foreseen for 59 % of "
        f"255 new customers, by the best simple guess for 60 %; {where}"
    )


def test_a_forecast_that_is_ahead_everywhere_is_called_so():
    title = predictions(None, measured(*AFTER_THREE)).title
    assert title.endswith("it is clearly better than all of them after any number of orders")


def test_measures_stand_beside_their_customers_and_the_best_simple_guess():
    figure = predictions(None, measured(*AFTER_ONE, *AFTER_THREE))
    rows = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in figure.table.rows]
    assert rows == [
        ["1", "255", "59 %", "60 % (what usually followed)", "5 %", "90 %", "50 %"],
        ["3", "56", "82 %", "77 % (what usually followed)", "5 %", "90 %", "50 %"],
    ]
    # By log loss `rules` is beaten at both numbers of orders, and `majority` at none.
    assert "Probabilities are clearly better in 2 of 4 comparisons" in figure.note


def test_a_guess_that_is_not_beaten_is_told_by_colour_and_mark():
    chart = predictions(None, measured(*AFTER_ONE)).panels[0].chart(768).to_dict()
    drawn = {row["name"]: (row["colour"], row["text"][-1]) for row in chart["data"]["values"]}
    assert drawn == {
        "the forecast": (ACCENT, "%"),
        "the commonest answer": (FAINT, "%"),
        "what usually followed": (WARM, "*"),
    }


def test_no_word_of_statistics_is_left_unexplained(sample_report):
    text = re.sub(r"<details>.*?</details>", "", sample_report.read_text(), flags=re.DOTALL)
    shown = text.split('<section id="interests">')[1]
    for word in ("nats", "AUC", "centroid", "majority", "rules", "baseline", "alibration error"):
        assert word not in shown, word
    assert "(log loss: " in shown


def test_the_interest_forecast_is_told_beside_the_best_simple_guess(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        figure = interest_quality(None, answers(warehouse)["interest_quality"])
        right, guessed, customers = warehouse.execute(
            "select max(metric_value) filter (model = 'shares'), "
            "max(metric_value) filter (model <> 'shares'), max(test_customers) "
            "from interest_prediction_quality "
            "where question = 'next_order' and metric = 'accuracy' and orders_seen = 1"
        ).fetchone()
    assert figure.title.replace("\N{NO-BREAK SPACE}", " ").startswith(
        f"After 1 order the main category of the next order is foreseen for {right:.0%}".replace(
            "%", " %"
        )
        + f" of {customers} new customers, by the best simple guess for {guessed:.0%}".replace(
            "%", " %"
        )
    )


def history_of(sizes):
    """Rows of the query `history`: for each month's end the fit date and the segments' sizes."""
    return pd.DataFrame(
        [
            {
                "month_end": pd.Timestamp(month_end),
                "is_present": month_end == max(sizes),
                "model_fitted_on": pd.Timestamp(fitted_on),
                "segment_key": key,
                "customers": customers,
            }
            for month_end, (fitted_on, customers_of) in sizes.items()
            for key, customers in customers_of.items()
        ]
    )


def causes_of(*rows):
    """Rows of the query `causes`."""
    columns = ["month_end", "segment_key", "cause", "entered", "departed"]
    return pd.DataFrame(rows, columns=columns).assign(
        month_end=lambda frame: pd.to_datetime(frame["month_end"])
    )


FIRST_FIT = [
    ("2011-03-31", "champions", "refit", 20, 0),
    ("2011-03-31", "lapsed", "refit", 30, 0),
]


def test_what_a_new_model_did_is_not_said_of_customers():
    rows = history_of(
        {
            "2011-03-31": ("2011-04-01", {"champions": 20, "lapsed": 30}),
            "2011-04-30": ("2011-04-01", {"champions": 27, "lapsed": 30}),
            "2011-06-30": ("2011-07-01", {"champions": 20, "lapsed": 37}),
        }
    )
    causes = causes_of(
        *FIRST_FIT,
        ("2011-04-30", "champions", "moved", 9, 1),
        ("2011-04-30", "champions", "restated", 0, 1),
        ("2011-06-30", "champions", "refit", 0, 7),
        ("2011-06-30", "lapsed", "refit", 7, 0),
    )
    figure = history(SHOP, rows, causes)
    assert figure.title == (
        "From Mar\N{NO-BREAK SPACE}2011 to now Champions went from 20 to 20 customers: "
        "+7 by what customers did or left undone, −7 by new models"
    )
    assert "put customers into another segment 7 times" in figure.note
    for width in (342, 768):
        chart = figure.panels[0].chart(width).to_dict()
        marked = [layer["data"]["values"] for layer in chart["layer"] if "data" in layer]
        # Only where the model is another than the month before, and not at the first fit.
        assert [{"name": "now 2011", "customers": 57}] in marked


def test_where_the_model_stayed_no_month_is_marked():
    rows = history_of(
        {
            "2011-03-31": ("2011-04-01", {"champions": 20, "lapsed": 30}),
            "2011-04-30": ("2011-04-01", {"champions": 20, "lapsed": 33}),
        }
    )
    causes = causes_of(*FIRST_FIT, ("2011-04-30", "lapsed", "moved", 3, 0))
    figure = history(SHOP, rows, causes)
    assert figure.title.endswith(
        "Lapsed went from 30 to 33 customers: +3 by what customers did or left undone"
    )
    assert "The model has stayed the same since" in figure.note
    assert "layer" not in figure.panels[0].chart(768).to_dict()


def test_a_history_without_change_claims_none():
    one_month = {"2011-03-31": ("2011-04-01", {"champions": 20, "lapsed": 30})}
    figure = history(SHOP, history_of(one_month), causes_of(*FIRST_FIT))
    assert figure.title.startswith("Segments are known from 31\N{NO-BREAK SPACE}Mar")
    two_months = one_month | {"2011-04-09": ("2011-04-01", {"champions": 20, "lapsed": 30})}
    figure = history(SHOP, history_of(two_months), causes_of(*FIRST_FIT))
    assert figure.title.endswith("to now no segment grew or shrank by what customers did")


def test_the_parts_of_a_change_add_up_on_the_sample(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        answered = answers(warehouse)
    shop = Shop("GBP", {"champions": "Champions"}, {})
    rows, causes = (
        answered[query][answered[query]["segment_key"] == "champions"]
        for query in ("history", "causes")
    )
    title = history(shop, rows, causes).title.replace("−", "-")
    numbers = re.search(r"from (\d+) to (\d+) .*: ([+-]\d+) .*, ([+-]\d+) by new", title)
    before, now, own, by_models = map(int, numbers.groups())
    assert before + own + by_models == now
    assert own > 0 > by_models


def test_the_commonest_reason_of_a_move_is_told():
    moves = [
        ("lapsed", "champions", "moved", 3),
        ("champions", "lapsed", "moved", 5),
        ("champions", "lapsed", "restated", 1),
        ("champions", "lapsed", "refit", 40),
    ]
    rows = pd.DataFrame(moves, columns=["from_segment_key", "to_segment_key", "cause", "customers"])
    rows = rows.assign(month_end=pd.Timestamp("2011-11-30"))
    reasons = pd.DataFrame(
        [
            ("champions", "lapsed", "silence", 4),
            ("lapsed", "champions", "more orders", 3),
            ("champions", "lapsed", "goods given back", 2),
        ],
        columns=["from_segment_key", "to_segment_key", "kind_of_reason", "customers"],
    )
    figure = migrations(SHOP, rows, reasons)
    assert figure.title.endswith("to Lapsed: 6 customers, 4 of them by silence")
    assert figure.table.rows == [
        ["Champions to Lapsed", "6", "silence (4)"],
        ["Lapsed to Champions", "3", "more orders (3)"],
    ]
    assert "A new model moved another 40; they are not drawn" in figure.note


def test_reasons_add_up_to_moves(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        answered = answers(warehouse)
    moves, reasons = answered["migrations"], answered["reasons"]
    moves = moves[(moves["cause"] != "refit") & moves["from_segment_key"].notna()]
    ways = ["from_segment_key", "to_segment_key"]
    by_moves = moves.groupby(ways)["customers"].sum()
    assert len(by_moves) > 5
    pd.testing.assert_series_equal(by_moves, reasons.groupby(ways)["customers"].sum())
    kinds = {"silence", "more orders", "goods given back", "first order"}
    assert set(reasons["kind_of_reason"]) <= kinds


@pytest.mark.parametrize(
    ("model_of_today", "said"),
    [
        ("2011-07-01", "The same model makes today’s segments."),
        ("2011-10-01", "so those of the same name have other borders today."),
    ],
)
def test_the_outlook_says_which_model_its_segments_are_of(sample_warehouse, model_of_today, said):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        rows = answers(warehouse)["outlook"]
    rows = rows[:1].assign(
        segment_key="champions",
        model_fitted_on=pd.Timestamp("2011-07-01"),
        model_of_today=pd.Timestamp(model_of_today),
    )
    note = outlook(SHOP, rows).note
    assert "by the model of 1\N{NO-BREAK SPACE}Jul\N{NO-BREAK SPACE}2011" in note
    assert said in note


def test_a_segment_that_only_the_past_knows_has_the_playbook_s_name(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        answered = answers(warehouse)
    former = answered["former_segments"]
    assert dict(zip(former["segment_key"], former["segment_name"], strict=True)) == {
        "occasional": "Occasional"
    }
    former["segment_name"] = "Up and coming"
    text = page(answered)
    for name in ("history", "migrations", "outlook"):
        figure = re.search(rf'<figure id="figure-{name}">.*?<details>', text, re.DOTALL)[0]
        assert "Up and coming" in figure
        assert "Occasional" not in figure


def test_categories_say_what_sells_best_in_them_and_what_to_do():
    rows = pd.DataFrame(
        [
            ("other", "Other", 900.0, 0.9, "GIFT | CARD", "Ask."),
            ("bag", "Bags", 100.0, 0.1, "RED BAG | BLUE BAG | OLD BAG | NEW BAG", "New prints."),
        ],
        columns=[
            "category_key", "category_name", "net_amount", "revenue_share", "top_products",
            "strategy",
        ],
    )  # fmt: skip
    figure = categories(SHOP, rows)
    # What nothing is known of is no interest, however large.
    assert figure.title.startswith("Bags is the largest interest: 10")
    assert figure.table.rows == [["Bags", "RED BAG; BLUE BAG; OLD BAG", "New prints."]]
    assert categories(SHOP, rows[:1]) is None


def test_a_log_without_categories_has_no_interests():
    rows = pd.DataFrame(
        {
            "segment_key": ["champions", "lapsed", "lapsed"],
            "main_interest_key": ["other", "other", "mixed"],
            "main_interest": ["Other", "Other", "Mixed"],
            "customers": [10, 20, 30],
        }
    )
    assert segment_interests(SHOP, rows) is None
    of_bags = rows[:1].assign(main_interest_key="bag", main_interest="Bags", customers=5)
    figure = segment_interests(SHOP, pd.concat([rows, of_bags]))
    assert figure.title.startswith(
        "Bags is the main interest of 33\N{NO-BREAK SPACE}% of Champions"
    )


def test_ranges_of_scores_do_not_meet_by_rounding():
    cut_points = pd.DataFrame(
        {
            "measure": ["monetary", "monetary", "frequency", "frequency"],
            "score": [4, 5, 4, 5],
            "lowest_value": [911.26, 1999.34, 1.0, 4.0],
            "highest_value": [1998.94, 278742.02, 3.0, 4.0],
        }
    )
    customers = pd.DataFrame(
        {"recency_days": [3, 9], "frequency_orders": [1, 4], "monetary_amount": [911.26, 2000.0]}
    )
    assert rfm(SHOP, customers, cut_points).table.rows[:2] == [
        ["5 (best)", "–", "4", "1,999.34 to 278,742.02"],
        ["4", "–", "1 to 3", "911.26 to 1,998.94"],
    ]


def test_better_and_worse_are_told_without_colour():
    rows = pd.DataFrame(
        {
            "segment_key": ["champions", "lapsed"],
            "median_recency_days": [5.0, 200.0],
            "median_frequency_orders": [8.0, 1.0],
            "median_monetary_amount": [900.0, 30.0],
            "recency_center": [-1.0, 1.0],
            "frequency_center": [1.0, -1.0],
            "monetary_center": [1.0, -1.0],
        }
    )
    figure = profiles(SHOP, rows)
    drawn = figure.panels[0].chart(768).to_dict()["data"]["values"]
    assert [row["text"] for row in drawn] == ["5 ▲", "8 ▲", "900 ▲", "200 ▼", "1 ▼", "30 ▼"]
    assert [meaning[0] for _, meaning in figure.legend] == ["▲", "▼"]


def test_what_was_said_of_new_customers_is_on_a_scale_of_per_cent():
    rows = pd.DataFrame(
        {
            "target": ["segment"] * 3,
            "horizon_days": [90] * 3,
            "orders_seen": [1, 1, 2],
            "probability_from": [0.5, 0.6, 0.9],
            "probability_to": [0.6, 0.7, 1.0],
            "mean_probability": [0.54, 0.66, 0.95],
            "share_true": [0.5, 0.7, 1.0],
            "customers": [30, 10, 5],
        }
    )
    figure = calibration(SHOP, rows)
    # (30 · 0.54 + 10 · 0.66) / 40 = 0.57, (30 · 0.5 + 10 · 0.7) / 40 = 0.55
    assert figure.title.replace("\N{NO-BREAK SPACE}", " ") == (
        "The segment held for the likeliest after the first order was given 57 % on average, "
        "and was right for 55 % of 40 customers"
    )
    scale = figure.panels[0].chart(768).to_dict()["layer"][0]["encoding"]["x"]["axis"]
    assert "100 * datum.value" in scale["labelExpr"]


@pytest.mark.builds
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


def test_a_page_that_cannot_be_written_is_told_in_a_sentence(sample_warehouse, tmp_path):
    done = report(sample_warehouse.warehouse, tmp_path / "none" / "report.html")
    assert done.returncode == 1
    assert done.stderr.endswith("(No such file or directory): set --to to a file that can be.\n")
    assert done.stderr.count("\n") == 1


def test_whom_one_order_takes_to_a_better_segment_is_told():
    shop = Shop("GBP", {"a": "Champions", "b": "Regulars", "c": "Lapsed"}, {})
    rows = pd.DataFrame(
        [
            ("b", "a", 1, 7, 21.0), ("b", "a", 2, 3, 17.0), ("b", "a", 5, 2, 9.0),
            ("c", "b", 1, 90, 27.0),
        ],
        columns=["segment_key", "next_segment_key", "next_step_orders", "customers", "days"],
    )  # fmt: skip
    figure = next_steps(shop, rows)
    # The way to the best segment comes first, though more customers are on the other.
    assert figure.title == "7 Regulars are one order away from Champions"
    assert figure.table.rows == [
        ["Regulars to Champions", "7", "3", "2"],
        ["Lapsed to Regulars", "90", "0", "0"],
    ]
    assert next_steps(shop, rows[rows["next_step_orders"] > 1]) is None


@pytest.fixture(scope="module")
def said(sample_warehouse):
    """The title of each figure of the sample, and the page's tiles."""
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        answered = answers(warehouse)
    shop = _shop(answered["build"].iloc[0], answered)
    return {
        name: figure.title
        for section in sections(shop, answered)
        for name, figure, _ in section.figures
    } | {meaning: figure for figure, meaning in _tiles(shop, answered)}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "select avg(cast(verdict = 'sale' as integer)), count(*) from source_lines",
            lambda share, lines: ("funnel", f"{percent(share)} of the log's {lines:,} lines sold"),
        ),
        (
            "select month_start, sum(net_amount) from sales_by_customer_kind "
            "group by 1 order by 2 desc limit 1",
            lambda best, net: ("months", f"{month(best)} is the best month with {money(net)}; "),
        ),
        (
            "select sum(net_amount) filter (where customer_kind = 'returning') / sum(net_amount) "
            "from sales_by_customer_kind",
            lambda share: ("months", f"; returning customers bring {percent(share)} of revenue"),
        ),
        (
            "select arg_max(country, net_amount), max(net_amount) / sum(net_amount) "
            "from sales_by_country",
            lambda name, share: ("countries", f"{name} brings {percent(share)} of net revenue"),
        ),
        (
            "select arg_max(product_name, net_amount), max(net_amount) from products",
            lambda name, net: ("products", f"{name} sells best: {money(net)}, "),
        ),
        (
            "select median(frequency_orders), median(recency_days), median(monetary_amount) "
            "from customer_rfm",
            lambda orders, days, net: (
                "rfm",
                f"ordered at most {'twice' if orders == 2 else orders}, half in the last "
                f"{days:.0f} days, and half kept at least {money(net)}",
            ),
        ),
        (
            "select segment_name, customer_share, revenue_share from segments "
            "where segment_rank = 1",
            lambda name, customers, revenue: (
                "sizes",
                f"{name} are {percent(customers)} of customers and {percent(revenue)} of net",
            ),
        ),
        (
            "select avg(cast(margin < 0.25 as integer)) from customer_segments "
            "where margin is not null",
            lambda share: ("customer-map", f"only {percent(share)} of customers live near a bor"),
        ),
        (
            "select arg_max(segment_name, mean_net_amount), max(mean_net_amount) "
            "from segment_outlook",
            lambda name, net: ("outlook", f"those who were {name} then kept {money(net)} each"),
        ),
        (
            "select arg_max(category_name, net_amount), max(revenue_share) "
            "from interest_categories",
            lambda name, share: ("categories", f"{name} is the largest interest: {percent(share)}"),
        ),
        (
            "select sum(net_amount) from orders",
            lambda net: ("net revenue: products sold and kept", money(net)),
        ),
        (
            "select count(distinct customer_id) from orders where not is_guest",
            lambda customers: ("known customers who bought", f"{customers:,}"),
        ),
        (
            "select avg(cast(orders > 1 as integer)) from customers where orders > 0",
            lambda share: ("of them ordered more than once", percent(share)),
        ),
        (
            "select sum(net_amount) filter (where is_guest) / sum(net_amount) from orders",
            lambda share: ("of net revenue from guests", percent(share)),
        ),
        (
            "select 1 - sum(net_amount) / sum(gross_amount) from orders where not is_guest",
            lambda share: ("of what known customers bought came back", percent(share)),
        ),
    ],
)
def test_titles_say_what_the_tables_say(sample_warehouse, said, query, sentence):
    name, words = sentence(*sample_warehouse.query(query)[0])
    assert words in said[name]


def test_so_many_products_bring_four_fifths(sample_warehouse, said):
    amounts = sample_warehouse.query("select net_amount from products order by 1 desc")
    running = list(itertools.accumulate(float(net) for (net,) in amounts))
    needed = sum(net < 0.8 * running[-1] for net in running) + 1
    words = f"{percent(needed / len(running))} of the {len(running)} products bring 80"
    assert said["concentration"].startswith(words)


def money(net):
    return amount(float(net), "GBP")
