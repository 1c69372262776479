"""Vega-Lite to SVG that lives inside a page: its colours are the page's, its ids its own.

Colours are CSS variables (`var(--ink)`), so one picture serves light, dark and print.
"""

import re

import altair
import vl_convert

WIDE, NARROW = 768, 342
INK, FAINT, LINE, ACCENT, WARM, SURFACE = (
    f"var(--{name})" for name in ("ink", "faint", "line", "accent", "warm", "surface")
)
# Widths of text are measured with this font; what a reader's system shows instead is as wide.
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
CONFIG = {
    "background": None,
    "font": FONT,
    "padding": 2,
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 12,
        "labelFont": FONT,
        "titleColor": FAINT,
        "titleFont": FONT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "domainColor": LINE,
        "tickColor": LINE,
        "gridColor": LINE,
        "labelPadding": 5,
    },
    "axisY": {"domain": False, "ticks": False},
    "text": {"color": INK, "fontSize": 12, "font": FONT},
    "rule": {"color": FAINT},
}


def svg(chart, name, title, description):
    """Draw a chart.

    Parameters
    ----------
    chart : altair.Chart
        The chart.
    name : str
        Unique on the page; ids in the picture start with it.
    title, description : str
        What a screen reader says.

    Returns
    -------
    str
        An `svg` element, safe to be put into a page: every text in it is escaped.
    """
    spec = chart.to_dict()
    # Data names are hashes of the data and do not reach the picture.
    spec |= {"config": CONFIG, "autosize": {"type": "fit-x", "contains": "padding"}}
    picture = vl_convert.vegalite_to_svg(spec, vl_version=altair.SCHEMA_VERSION[1:4].rstrip("."))
    picture = re.sub(r"<[^>]*>", lambda tag: _tidied(tag[0], name), picture)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture).groups()
    opening = (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
        f'xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><title id="{name}-title">{_escaped(title)}</title>'
        f'<desc id="{name}-desc">{_escaped(description)}</desc>'
    )
    return opening + picture[re.search(r"<svg[^>]*>", picture).end() :]


def _tidied(tag, name):
    """Make a tag's ids unique on the page and drop what the page says itself or nobody sees."""
    if tag.startswith("<path class=") and ' d=""' in tag:
        return "<path/>"
    tag = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', tag)
    tag = re.sub(r"url\(['\"]?#([^)'\"]+)['\"]?\)", rf"url(#{name}-\1)", tag)
    tag = re.sub(r"(\d\.\d\d)\d+", r"\1", tag)
    return re.sub(
        r' (?:class|role|aria-[\w-]+|font-family|pointer-events)="[^"]*"| opacity="1"', "", tag
    )


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
