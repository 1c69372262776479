"""The kinds of chart that several figures share. `rows` are lists of dicts; widths are pixels."""

import altair as alt

from report.pictures import ACCENT, FAINT, INK, LINE, NARROW, WARM


def is_narrow(width):
    """Whether a chart is drawn for a phone."""
    return width <= NARROW


def bars(rows, width, *, label_width=None, row_height=26):
    """Horizontal bars with their values written at the end.

    Parameters
    ----------
    rows : list of dict
        `name`, `value`, `text`; optionally `from` (where the bar starts), `colour`, `opacity`.
    width : int
        Pixels.
    label_width : int, optional
        Pixels for names; longer ones end in an ellipsis.
    row_height : int
        Pixels for a bar.
    """
    rows = [
        {"from": 0, "colour": ACCENT, "opacity": 1, "place": place, **row}
        for place, row in enumerate(rows)
    ]
    ends = [value for row in rows for value in (row["from"], row["value"])]
    low, high = min(0, *ends), max(0, *ends)
    # Room for the texts beside the longest bars.
    room = (high - low or 1) * 0.12 * max(len(row["text"]) for row in rows) / (width / 60)
    scale = alt.Scale(domain=[low - (room if low < 0 else 0), high + room], nice=False)
    for row in rows:
        row["end"] = max(row["from"], row["value"])
    names = alt.Y(
        "name:N",
        sort=alt.SortField("place"),
        title=None,
        axis=alt.Axis(labelLimit=label_width or (150 if is_narrow(width) else 260)),
    )
    base = alt.Chart(alt.Data(values=rows), width=width, height=alt.Step(row_height))
    return base.mark_bar(cornerRadius=2, height=alt.RelativeBandSize(0.72)).encode(
        x=alt.X("from:Q", scale=scale, axis=None),
        x2="value:Q",
        y=names,
        color=alt.Color("colour:N", scale=None),
        opacity=alt.Opacity("opacity:Q", scale=None),
    ) + base.mark_text(align="left", dx=5).encode(
        x=alt.X("end:Q", scale=scale, axis=None), y=names, text="text:N"
    )


def heat_map(
    rows,
    width,
    *,
    columns,
    lines,
    title_columns=None,
    row_height=26,
    text_size=11,
    label_width=150,
    column_angle=0,
):
    """Cells of one colour, the fuller the more.

    Parameters
    ----------
    rows : list of dict
        `column`, `line`, `strength` (0 to 1), `text`; optionally `colour` and `edge` (drawn dashed).
    width : int
        Pixels.
    columns, lines : list of str
        Their order.
    title_columns : str, optional
        What the columns are.
    row_height, text_size : int
        Pixels.
    label_width : int
        Pixels for the names of lines.
    column_angle : int
        Degrees by which the names of columns are turned.
    """
    # Ink stays readable on seven tenths of a colour, in light and in dark.
    rows = [{"colour": ACCENT, **row, "strength": 0.04 + 0.66 * row["strength"]} for row in rows]
    x = alt.X(
        "column:N",
        sort=columns,
        scale=alt.Scale(domain=columns, padding=0.04),
        title=title_columns,
        axis=alt.Axis(
            orient="top",
            labelAngle=column_angle,
            domain=False,
            ticks=False,
            labelLimit=140,
            labelOverlap=False,
            labelAlign="left" if column_angle else "center",
        ),
    )
    y = alt.Y(
        "line:N",
        sort=lines,
        scale=alt.Scale(domain=lines, padding=0.04),
        title=None,
        axis=alt.Axis(labelLimit=label_width),
    )
    base = alt.Chart(alt.Data(values=rows), width=width, height=alt.Step(row_height))
    return base.mark_rect(cornerRadius=2).encode(
        x=x,
        y=y,
        fill=alt.Fill("colour:N", scale=None),
        fillOpacity=alt.FillOpacity("strength:Q", scale=None),
    ) + base.mark_text(fontSize=text_size).encode(x=x, y=y, text="text:N")


def intervals(rows, width, *, zero=True, row_height=28, text=True, label_width=None, domain=None):
    """Dots with their intervals.

    Parameters
    ----------
    rows : list of dict
        `name`, `value`, `low`, `high`, `text`; optionally `colour`.
    width : int
        Pixels.
    zero : bool
        Whether the scale begins at zero.
    row_height : int
        Pixels for a dot.
    text : bool
        Whether the texts are written to the right of the intervals.
    label_width : int, optional
        Pixels for names.
    domain : list of float, optional
        Ends of the scale.
    """
    rows = [{"colour": ACCENT, "place": place, **row} for place, row in enumerate(rows)]
    low = min(row["low"] for row in rows)
    high = max(row["high"] for row in rows)
    low, high = domain or [min(0, low) if zero else low, high]
    span = (high - low) or 1
    scale = alt.Scale(
        domain=[low if zero else low - 0.04 * span, high + span * (0.32 if text else 0.05)],
        nice=False,
        zero=False,
    )
    y = alt.Y(
        "name:N",
        sort=alt.SortField("place"),
        title=None,
        axis=alt.Axis(labelLimit=label_width or 150),
    )
    x = alt.X("value:Q", scale=scale, axis=None)
    base = alt.Chart(alt.Data(values=rows), width=width, height=alt.Step(row_height))
    chart = base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round").encode(
        x=alt.X("low:Q", scale=scale, axis=None),
        x2="high:Q",
        y=y,
        color=alt.Color("colour:N", scale=None),
    ) + base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y, color=alt.Color("colour:N", scale=None)
    )
    if text:
        chart += base.mark_text(align="left", dx=8).encode(
            x=alt.X("high:Q", scale=scale, axis=None), y=y, text="text:N"
        )
    return chart


def columns(rows, width, *, height=220, title=None, tick_format="~s"):
    """Upright bars on top of each other.

    Parameters
    ----------
    rows : list of dict
        `name` (in order of first appearance), `value`, `colour`, `layer` (0 is at the bottom),
        `opacity`.
    width, height : int
        Pixels.
    title : str, optional
        Unit of the values.
    tick_format : str
        d3 format of the scale.
    """
    names = list(dict.fromkeys(row["name"] for row in rows))
    crowded = len(names) * 52 > width
    return (
        alt.Chart(alt.Data(values=rows), width=width, height=height)
        .mark_bar()
        .encode(
            x=alt.X(
                "name:N",
                sort=names,
                title=None,
                scale=alt.Scale(padding=0.12),
                axis=alt.Axis(
                    labelAngle=-90 if crowded else 0,
                    ticks=False,
                    labelLimit=90,
                    labelOverlap=len(names) > 40,
                ),
            ),
            y=alt.Y(
                "sum(value):Q",
                title=title,
                axis=alt.Axis(
                    format=tick_format,
                    tickCount=5,
                    titleAngle=0,
                    titleAlign="left",
                    titleAnchor="start",
                    titleX=0,
                    titleY=-10,
                ),
            ),
            color=alt.Color("colour:N", scale=None),
            opacity=alt.Opacity("opacity:Q", scale=None),
            order="layer:O",
        )
    )


__all__ = [
    "ACCENT",
    "FAINT",
    "INK",
    "LINE",
    "WARM",
    "bars",
    "columns",
    "heat_map",
    "intervals",
    "is_narrow",
]
