"""Sets the page. Every text goes through the template's autoescape; only own pictures do not."""

import re

import markupsafe

from report.figure import Shop
from report.pictures import NARROW, WIDE, svg
from report.queries import QUERIES
from report.sections import sections
from report.templates import render
from report.words import amount, count, day, many, percent

# Rows of a query that stand below its picture, for those who cannot see it.
ROWS_SHOWN = 40
COLOURS = 8


def page(answers):
    """Make the report.

    Parameters
    ----------
    answers : dict of str to pandas.DataFrame
        What `report.queries.answers` gives.

    Returns
    -------
    str
        One page of HTML that needs nothing else, the same for the same answers.
    """
    build = answers["build"].iloc[0]
    shop = _shop(build, answers)
    shown = [
        {
            "key": section.key,
            "title": section.title,
            "figures": [
                _figure(name, figure, queries, answers) for name, figure, queries in section.figures
            ],
        }
        for section in sections(shop, answers)
    ]
    return render(
        "page.html",
        lines=count(build["source_lines"]),
        first_day=day(build["first_log_date"]),
        last_day=day(build["last_log_date"]),
        as_of=day(build["as_of"]),
        learned_as_of=day(build["learned_as_of"]),
        tiles=_tiles(shop, answers),
        sections=shown,
        playbook=_playbook(shop, answers.get("segments")),
        playbook_query=QUERIES["segments"],
    )


def _shop(build, answers):
    """Give each segment one colour for the whole page, those that only the past knows as well."""
    names, fitted = {}, []
    if "segments" in answers:
        for row in answers["segments"].itertuples():
            names[row.segment_key] = row.segment_name
            if row.segment_rank == row.segment_rank:
                fitted.append(row.segment_key)
    if "former_segments" in answers:
        for row in answers["former_segments"].itertuples():
            names[row.segment_key] = row.segment_name
            if row.is_fitted:
                fitted.append(row.segment_key)
    colours = {key: f"var(--segment-{place})" for place, key in enumerate(fitted[:COLOURS], 1)}
    return Shop(build["currency"], names, colours)


def _figure(name, figure, queries, answers):
    room = WIDE - 24 * (len(figure.panels) - 1)
    weights = sum(panel.weight for panel in figure.panels)
    panels = []
    for number, panel in enumerate(figure.panels):
        wide = int(room * panel.weight / weights)
        title = f"{panel.heading}: {figure.title}" if panel.heading else figure.title
        panels.append(
            {
                "heading": panel.heading,
                "weight": panel.weight,
                "wide": _safe(svg(panel.chart(wide), f"{name}-{number}-wide", title, figure.note)),
                "narrow": _safe(
                    svg(panel.chart(NARROW), f"{name}-{number}-narrow", title, figure.note)
                ),
            }
        )
    return {
        "name": name,
        "figure": figure,
        "panels": panels,
        "queries": [(QUERIES[query], _rows(answers[query])) for query in queries],
    }


def _rows(rows):
    shown = rows.head(ROWS_SHOWN)
    return {
        "headings": [column.replace("_", " ") for column in rows.columns],
        "rows": [[_cell(value) for value in row] for row in shown.itertuples(index=False)],
        "more": len(rows) - len(shown),
    }


def _cell(value):
    if value is None or value != value:  # null, also as pandas has it
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)


def _tiles(shop, answers):
    if "overview" not in answers:
        return []
    figures = answers["overview"].iloc[0]
    net, sold = figures["net_amount"], figures["sold_to_customers"]
    return [
        (amount(net, shop.currency), "net revenue: products sold and kept"),
        (count(figures["customers"]), "known customers who bought"),
        (percent(figures["share_ordered_again"]), "of them ordered more than once"),
        (count(figures["orders"]), "orders, guests’ included"),
        (
            percent(figures["net_amount_of_guests"] / net if net else None),
            "of net revenue from guests",
        ),
        (
            percent(figures["given_back"] / sold if sold else None),
            "of what known customers bought came back",
        ),
    ]


def _playbook(shop, segments):
    if segments is None:
        return []
    return [
        {
            "name": row.segment_name,
            "colour": shop.colour(row.segment_key),
            "description": row.description,
            "strategy": row.strategy,
            "customers": many(row.customers, "customer"),
            "share": percent(row.revenue_share),
        }
        for row in segments.itertuples()
    ]


def _safe(picture):
    """Mark a picture as markup, having made sure that it holds nothing that could act."""
    if re.search(
        r"<(?:script|foreignObject|image|a|iframe)\b|<[^>]*\s(?:on\w+|href)\s*=",
        picture,
        re.IGNORECASE,
    ):
        raise ValueError("a picture holds markup that pictures do not have")
    return markupsafe.Markup(picture)  # noqa: S704 -- checked above, texts escaped by Vega
