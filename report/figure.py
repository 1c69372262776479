"""What a figure, a table and a section of the report are."""

from collections.abc import Callable
from dataclasses import dataclass, field

import altair


@dataclass(frozen=True)
class Panel:
    """A chart; of several beside each other, each has a heading.

    Attributes
    ----------
    chart : callable
        Gives the chart for a width in pixels.
    heading : str
        What this panel shows; empty where there is only one.
    weight : float
        Width in relation to the panels beside it.
    """

    chart: Callable[[int], altair.TopLevelMixin]
    heading: str = ""
    weight: float = 1


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    Attributes
    ----------
    headings : list of str
        What each column is.
    rows : list of list of str
        Cells.
    note : str
        What headings mean where they do not say it.
    is_text : bool
        Whether the cells are words, which begin at the left, and not figures.
    """

    headings: list[str]
    rows: list[list[str]]
    note: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class Figure:
    """A finding, and what shows it.

    Attributes
    ----------
    title : str
        The finding, a sentence without a full stop.
    note : str
        How to read it: what is drawn, in which units, and what to be careful about.
    panels : list of Panel
        Charts beside each other; a phone shows them below each other.
    legend : list of (str, str)
        Colour and meaning.
    table : Table, optional
        Rows below the charts.
    """

    title: str
    note: str
    panels: list[Panel] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    table: Table | None = None


@dataclass(frozen=True)
class Shop:
    """What every figure needs to know.

    Attributes
    ----------
    currency : str
        Code of the shop's currency.
    names : dict of str to str
        Name of each segment by its key, those that only the past knows last.
    colours : dict of str to str
        CSS colour of each segment by its key, the same in all figures.
    """

    currency: str
    names: dict[str, str]
    colours: dict[str, str]

    def name(self, key):
        """Name of a segment."""
        return self.names[key]

    def colour(self, key):
        """Colour of a segment."""
        return self.colours.get(key, "var(--segment-none)")
