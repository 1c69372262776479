"""The kinds of chart that several figures share. `rows` are lists of dicts; widths are pixels."""

import altair as alt

from report.pictures import ACCENT, NARROW, SURFACE

# Numbers on scales as in sentences: 1.5m, 20 %.
SHORT = (
    "abs(datum.value) < 1 ? format(datum.value, '~g') : "
    "replace(replace(format(datum.value, '~s'), 'M', 'm'), 'G', 'bn')"
)
PERCENT = "format(100 * datum.value, '.0f') + '\N{NO-BREAK SPACE}%'"


# Tells two labels apart without a reader noticing.
UNSEEN = "\N{ZERO WIDTH SPACE}"


def is_narrow(width):
    """Whether a chart is drawn for a phone."""
    return width <= NARROW


def names(field, order, limit, **scale):
    """Scale of names on the left, with room for fonts wider than the one that was measured."""
    extent = label_extent(order, limit)
    return alt.Y(
        f"{field}:N",
        title=None,
        sort=order,
        scale=alt.Scale(domain=order, **scale),
        axis=alt.Axis(labelLimit=limit, minExtent=extent) if limit else None,
    )


def label_extent(labels, limit):
    """Pixels that the widest label may take in a wide font."""
    longest = max(len(str(label).rstrip(UNSEEN)) for label in labels)
    return min(1.17 * limit, 7.3 * longest) + 6


def amounts(field, title, expression=SHORT, **scale):
    """Scale of amounts, upright, with its unit above it."""
    return alt.Y(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(**scale),
        axis=alt.Axis(
            labelExpr=expression,
            tickCount=4,
            titleAngle=0,
            titleAlign="left",
            titleAnchor="start",
            titleX=-30,
            titleY=-10,
        ),
    )


def months(field, order, width):
    """Scale of months; the year stands below the first month and each January."""
    room = width / len(order)
    upright = room >= 34
    dated = [name for name in order if name == order[0] or name.startswith("Jan ")]
    split = " || ".join(f"datum.label == '{name}'" for name in dated)
    return alt.X(
        f"{field}:N",
        title=None,
        sort=order,
        scale=alt.Scale(domain=order, paddingInner=0.14, paddingOuter=0.1),
        axis=alt.Axis(
            ticks=False,
            labelAngle=0 if upright else -90,
            labelOverlap=room < 13,
            labelExpr=f"({split}) ? split(datum.label, ' ') : slice(datum.label, 0, -5)"
            if upright
            else "datum.label",
        ),
    )


def bars(rows, width, *, label_width=None, row_height=26):
    """Horizontal bars with their values written at the end.

    Parameters
    ----------
    rows : list of dict
        `name`, `value`, `text`; optionally `from` (where the bar starts), `colour`.
    width : int
        Pixels.
    label_width : int, optional
        Pixels for names; longer ones end in an ellipsis.
    row_height : int
        Pixels for a bar.
    """
    rows = [{"from": 0, "colour": ACCENT, **row} for row in rows]
    for place, row in enumerate(rows):
        # Two products may have one name; blanks without width keep their bars apart.
        row["name"] = str(row["name"]) + UNSEEN * place
        row["end"] = max(row["from"], row["value"])
    ends = [value for row in rows for value in (row["from"], row["value"])]
    low, high = min(0, *ends), max(0, *ends)
    limit = label_width or (140 if is_narrow(width) else 260)
    plot = width - label_extent([row["name"] for row in rows], limit)
    # Room for the texts beside the longest bars.
    room = (high - low or 1) * min(
        0.8, (8 * max(len(row["text"]) for row in rows) + 8) / max(plot, 60)
    )
    scale = alt.Scale(domain=[low, high + room], nice=False)
    y = names("name", [row["name"] for row in rows], limit)
    base = alt.Chart(alt.Data(values=rows), width=width, height=alt.Step(row_height))
    return base.mark_bar(cornerRadius=2, height=alt.RelativeBandSize(0.72)).encode(
        x=alt.X("from:Q", scale=scale, axis=None),
        x2="value:Q",
        y=y,
        color=alt.Color("colour:N", scale=None),
    ) + base.mark_text(align="left", dx=5).encode(
        x=alt.X("end:Q", scale=scale, axis=None), y=y, text="text:N"
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
        `column`, `line`, `strength` (0 to 1), `text`; optionally `colour`.
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
    # Ink stays readable on six tenths of a colour, in light and in dark.
    rows = [{"colour": ACCENT, **row, "strength": 0.05 + 0.55 * row["strength"]} for row in rows]
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
    y = names("line", lines, label_width, padding=0.04)
    base = alt.Chart(alt.Data(values=rows), width=width, height=alt.Step(row_height))
    return base.mark_rect(cornerRadius=2).encode(
        x=x,
        y=y,
        fill=alt.Fill("colour:N", scale=None),
        fillOpacity=alt.FillOpacity("strength:Q", scale=None),
    ) + base.mark_text(fontSize=text_size).encode(x=x, y=y, text="text:N")


def intervals(rows, width, *, domain, expression=SHORT, row_height=28, label_width=120, ticks=None):
    """Dots with their intervals.

    Parameters
    ----------
    rows : list of dict
        `name`, `value`, `low`, `high`, `text`; optionally `colour`.
    width : int
        Pixels.
    domain : list of float
        Ends of the scale.
    expression : str
        Vega expression that writes a number of the scale.
    row_height : int
        Pixels for a dot.
    label_width : int
        Pixels for names; 0 leaves them out.
    ticks : list of float, optional
        Where the scale has numbers.
    """
    rows = [{"colour": ACCENT, **row} for row in rows]
    low, high = domain
    plot = width - (label_extent([row["name"] for row in rows], label_width) if label_width else 0)
    room = (high - low or 1) * min(0.8, (8 * max(len(row["text"]) for row in rows) + 14) / plot)
    # A dot on the low end stays clear of its name.
    low -= 0.04 * (high - low)
    scale = alt.Scale(domain=[low, high + room], nice=False, zero=False)
    y = names("name", [row["name"] for row in rows], label_width)
    axis = alt.Axis(
        labelExpr=expression,
        tickCount=4,
        domain=False,
        ticks=False,
        labelFlush=True,
        values=ticks or alt.Undefined,
    )
    base = alt.Chart(alt.Data(values=rows), width=width, height=alt.Step(row_height))
    colour = alt.Color("colour:N", scale=None)
    return (
        base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round").encode(
            x=alt.X("low:Q", scale=scale, title=None, axis=axis), x2="high:Q", y=y, color=colour
        )
        + base.mark_point(filled=True, size=90, opacity=1).encode(
            x=alt.X("value:Q", scale=scale), y=y, color=colour
        )
        # No line of the scale runs through a text.
        + base.mark_text(align="left", dx=9, stroke=SURFACE, strokeWidth=4).encode(
            x=alt.X("high:Q", scale=scale), y=y, text="text:N"
        )
    )


def columns(rows, width, *, height=220, title=None):
    """Upright bars on top of each other, a month each.

    Parameters
    ----------
    rows : list of dict
        `name` (in order of first appearance), `value`, `colour`, `layer` (0 is at the bottom),
        `opacity`.
    width, height : int
        Pixels.
    title : str, optional
        Unit of the values.
    """
    order = list(dict.fromkeys(row["name"] for row in rows))
    return (
        alt.Chart(alt.Data(values=rows), width=width, height=height)
        .mark_bar()
        .encode(
            x=months("name", order, width),
            y=amounts("sum(value)", title),
            color=alt.Color("colour:N", scale=None),
            opacity=alt.Opacity("opacity:Q", scale=None),
            order="layer:O",
        )
    )
