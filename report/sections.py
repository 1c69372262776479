"""What the page shows, in order: each figure with the queries that it is made of."""

from dataclasses import dataclass

from report import figures_interests, figures_sales, figures_segments
from report.figure import Figure

SECTIONS = [
    (
        "log",
        "What became of the log",
        [
            (figures_sales.funnel, ["funnel"]),
            (figures_sales.credits, ["credits"]),
            (figures_sales.kept, ["kept"]),
        ],
    ),
    (
        "sales",
        "Sales",
        [
            (figures_sales.months, ["months"]),
            (figures_sales.returns, ["returns"]),
            (figures_sales.hours, ["hours"]),
            (figures_sales.countries, ["countries"]),
            (figures_sales.products, ["products"]),
            (figures_sales.concentration, ["concentration"]),
            (figures_sales.baskets, ["baskets"]),
        ],
    ),
    ("cohorts", "Who comes back", [(figures_sales.cohorts, ["cohorts"])]),
    (
        "scores",
        "Recency, frequency, monetary value",
        [(figures_segments.rfm, ["rfm", "cut_points"])],
    ),
    (
        "segments",
        "Segments",
        [
            (figures_segments.sizes, ["segments"]),
            (figures_segments.profiles, ["profiles"]),
            (figures_segments.customer_map, ["map"]),
            (figures_segments.history, ["history", "causes"]),
            (figures_segments.migrations, ["migrations", "reasons"]),
            (figures_segments.outlook, ["outlook"]),
            (figures_segments.next_steps, ["next_steps"]),
        ],
    ),
    (
        "interests",
        "Interests",
        [
            (figures_interests.categories, ["categories"]),
            (figures_interests.segment_interests, ["segment_interests"]),
            (figures_interests.interest_quality, ["interest_quality"]),
        ],
    ),
    (
        "predictions",
        "Predictions",
        [
            (figures_interests.predictions, ["predictions"]),
            (figures_interests.calibration, ["calibration"]),
        ],
    ),
]


@dataclass(frozen=True)
class Section:
    """A heading and its figures, each with its name and the names of its queries."""

    key: str
    title: str
    figures: list[tuple[str, Figure, list[str]]]


def sections(shop, answers):
    """Make every figure whose queries are answered; a section without any is left out.

    Parameters
    ----------
    shop : report.figure.Shop
        Currency, names and colours.
    answers : dict of str to pandas.DataFrame
        What `report.queries.answers` gives.
    """
    made = []
    for key, title, makers in SECTIONS:
        figures = []
        for maker, queries in makers:
            if all(query in answers for query in queries):
                figure = maker(shop, *(answers[query] for query in queries))
                if figure is not None:
                    figures.append((maker.__name__.replace("_", "-"), figure, queries))
        if figures:
            made.append(Section(key, title, figures))
    return made
