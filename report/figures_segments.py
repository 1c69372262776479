"""Figures of the scores and the segments."""

import math

import altair as alt
import numpy as np

from report.figure import Figure, Panel, Table
from report.marks import (
    PERCENT,
    SHORT,
    amounts,
    bars,
    columns,
    heat_map,
    intervals,
    is_narrow,
    names,
)
from report.pictures import ACCENT, INK, WARM
from report.words import BLANK, amount, count, day, many, month, percent, short

MAP_POINTS = 1500
MOVES_LISTED = 5
MARKED = {
    "frequency": [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    "monetary": [10**power for power in range(10)],
}


def rfm(shop, rows, cut_points):
    """How recency, frequency and monetary value are distributed, and where scores change."""
    parts = [
        ("Days since the last order", "recency_days", "recency", False),
        ("Orders", "frequency_orders", "frequency", True),
        (f"Net revenue, {shop.currency}", "monetary_amount", "monetary", True),
    ]

    def panel(heading, column, measure, logarithmic):
        bins = _bins(rows[column].to_numpy(dtype=float), logarithmic)
        cuts = [
            {"cut": float(row.lowest_value)}
            for row in cut_points[cut_points["measure"] == measure].itertuples()
            # The border of two scores is where the higher values begin.
            if row.lowest_value > cut_points[cut_points["measure"] == measure]["lowest_value"].min()
        ]
        # Round numbers where scales are logarithmic.
        marked = [
            value
            for value in MARKED.get(measure, [])
            if bins[0]["low"] <= value <= bins[-1]["high"]
        ]
        scale = alt.Scale(
            type="log" if logarithmic else "linear",
            nice=False,
            domain=[bins[0]["low"], bins[-1]["high"]],
        )

        def chart(width):
            base = alt.Chart(alt.Data(values=bins), width=width, height=130)
            axis = alt.Axis(
                grid=False,
                values=marked or alt.Undefined,
                tickCount=4,
                labelExpr=SHORT,
                labelOverlap=True,
                labelSeparation=8,
            )
            return base.mark_rect(
                fill=ACCENT, fillOpacity=0.65, stroke="var(--surface)", strokeWidth=1
            ).encode(
                x=alt.X("low:Q", scale=scale, title=None, axis=axis),
                x2="high:Q",
                y=amounts("customers", "customers", domainMin=0),
                y2="zero:Q",
            ) + alt.Chart(alt.Data(values=cuts)).mark_rule(
                color=WARM, strokeWidth=1.5, strokeDash=[4, 3]
            ).encode(x=alt.X("cut:Q", scale=scale))

        return Panel(chart, heading)

    median = rows.median()
    return Figure(
        title=f"Half of the customers ordered at most {_times_ordered(median['frequency_orders'])}, half in the last "
        f"{many(math.ceil(median['recency_days']), 'day')}, and half kept at least {amount(median['monetary_amount'], shop.currency)}",
        note="Customers by each measure; orders and revenue on logarithmic scales. Dashed: cut points, where the score "
        "changes. Scores are fifths of customers; since equal customers have equal scores, fifths of orders are uneven, "
        "and a measure can have fewer cut points than four.",
        panels=[panel(*part) for part in parts],
        legend=[(ACCENT, "Customers"), (WARM, "Cut points")],
        table=Table(
            ["Score", *(heading for heading, *_ in parts)],
            [
                [
                    f"{score}{' (best)' if score == 5 else ''}",
                    *(_range(cut_points, measure, score) for _, _, measure, _ in parts),
                ]
                for score in range(5, 0, -1)
            ],
        ),
    )


def sizes(shop, rows):
    """Segments: share of customers against share of revenue."""
    shown = rows[rows["segment_rank"].notna()]
    if shown.empty:
        return None
    first = shown.iloc[0]
    others = rows[rows["segment_rank"].isna()]

    def chart(width):
        values = [
            {
                "name": row.segment_name,
                "way": way,
                "value": value,
                "text": percent(value),
                "colour": shop.colour(row.segment_key),
                "opacity": opacity,
            }
            for row in shown.itertuples()
            for way, value, opacity in (
                ("customers", row.customer_share, 0.4),
                ("revenue", row.revenue_share, 1),
            )
        ]
        most = max(row["value"] for row in values)
        base = alt.Chart(alt.Data(values=values), width=width, height=alt.Step(19))
        y = names("name", [row.segment_name for row in shown.itertuples()], 150, paddingInner=0.25)
        offset = alt.YOffset("way:N", sort=["customers", "revenue"])
        x = alt.X(
            "value:Q",
            axis=None,
            scale=alt.Scale(domain=[0, most * (1.25 if is_narrow(width) else 1.12)], nice=False),
        )
        return base.mark_bar(cornerRadius=2).encode(
            x=x,
            y=y,
            yOffset=offset,
            color=alt.Color("colour:N", scale=None),
            opacity=alt.Opacity("opacity:Q", scale=None),
        ) + base.mark_text(align="left", dx=5).encode(x=x, y=y, yOffset=offset, text="text:N")

    return Figure(
        title=f"{first['segment_name']} are {percent(first['customer_share'])} of customers and {percent(first['revenue_share'])} of net revenue",
        note="Share of all known customers (pale) and of their net revenue (full)."
        + (
            f" Not drawn, as they keep nothing: {', '.join(f'{row.segment_name} ({count(row.customers)})' for row in others.itertuples())}."
            if len(others)
            else ""
        ),
        panels=[Panel(chart)],
    )


def profiles(shop, rows):
    """Medians of the segments, coloured by how far the centre is from the average."""
    measures = [
        ("Days silent", "median_recency_days", "recency_center", -1),
        ("Orders", "median_frequency_orders", "frequency_center", 1),
        (f"Kept, {shop.currency}", "median_monetary_amount", "monetary_center", 1),
    ]
    most = max(abs(rows[center]).max() for _, _, center, _ in measures) or 1

    def chart(width):
        cells = [
            {
                "column": name,
                "line": shop.name(row["segment_key"]),
                "strength": abs(row[center]) / most,
                "text": f"{count(row[median])} {'▲' if row[center] * sign > 0 else '▼'}",
                "colour": ACCENT if row[center] * sign > 0 else WARM,
            }
            for _, row in rows.iterrows()
            for name, median, center, sign in measures
        ]
        return heat_map(
            cells,
            width,
            columns=[name for name, *_ in measures],
            lines=[shop.name(key) for key in rows["segment_key"]],
            row_height=34,
            text_size=13,
            label_width=120,
        )

    first, last = rows.iloc[0], rows.iloc[-1]
    return Figure(
        title=f"{shop.name(first['segment_key'])} ordered {_times_ordered(first['median_frequency_orders'])}, "
        f"the last time {many(first['median_recency_days'], 'day')} ago; "
        f"{shop.name(last['segment_key'])} {_times_ordered(last['median_frequency_orders'])}, {many(last['median_recency_days'], 'day')} ago",
        note="Medians of the segments’ customers: days since the last order, orders, net revenue. The fuller the colour, "
        "the further the segment’s centre lies from the average, in standard deviations of the logarithm.",
        legend=[(ACCENT, "▲ Better than average"), (WARM, "▼ Worse")],
        panels=[Panel(chart)],
    )


def customer_map(shop, rows):
    """Every customer a dot, coloured by segment."""
    near = (rows["margin"] < 0.25).mean()
    drawn = rows.head(MAP_POINTS)
    values = [
        {"x": round(row.pca_x, 2), "y": round(row.pca_y, 2), "colour": shop.colour(row.segment_key)}
        for row in drawn.itertuples()
    ]
    keys = _in_order(shop, rows["segment_key"])

    def chart(width):
        scale = alt.Scale(nice=False, padding=8, zero=False)
        return (
            alt.Chart(alt.Data(values=values), width=width, height=330 if is_narrow(width) else 400)
            .mark_circle(size=14 if is_narrow(width) else 24, opacity=0.6)
            .encode(
                x=alt.X("x:Q", scale=scale, axis=None),
                y=alt.Y("y:Q", scale=scale, axis=None),
                color=alt.Color("colour:N", scale=None),
            )
        )

    return Figure(
        title=f"{'Segments are regions of one cloud:' if near > 0.1 else 'Segments stand apart: only'} {percent(near)} of customers live near a border",
        note="Each dot is a customer; near each other are those alike in recency, frequency and monetary value "
        "(first two principal components, which have no unit). Near a border means within a quarter of a standard deviation."
        + (
            f" Drawn are {count(len(drawn))} of {count(len(rows))} customers, chosen by lot."
            if len(drawn) < len(rows)
            else ""
        ),
        legend=[(shop.colour(key), shop.name(key)) for key in keys],
        panels=[Panel(chart)],
    )


def history(shop, rows, causes):
    """Size of each segment by month, and where a new model drew their borders anew."""
    order = _in_order(shop, rows["segment_key"])
    name = {
        row.month_end: f"now {row.month_end:%Y}" if row.is_present else f"{row.month_end:%b %Y}"
        for row in rows.itertuples()
    }
    values = [
        {
            "name": name[row.month_end],
            "value": row.customers,
            "colour": shop.colour(row.segment_key),
            "layer": order.index(row.segment_key),
            "opacity": 1,
        }
        for row in rows.itertuples()
    ]
    months = rows.groupby("month_end", as_index=False).agg(
        model=("model_fitted_on", "max"), customers=("customers", "sum")
    )
    refits = months[months["model"] != months["model"].shift(fill_value=months["model"].iloc[0])]
    marked = [
        {"name": name[row.month_end], "customers": row.customers} for row in refits.itertuples()
    ]
    later = causes[causes["month_end"] > months["month_end"].min()]
    is_refit = later["cause"] == "refit"

    def chart(width):
        drawn = columns(values, width, title="customers")
        if not marked:
            return drawn
        marks = alt.Chart(alt.Data(values=marked)).encode(
            x="name:N",
            y=amounts("customers", "customers", domainMax=1.08 * months["customers"].max()),
        )
        drawn += marks.mark_point(
            shape="triangle-down", filled=True, size=70, color=INK, yOffset=-8, opacity=1
        )
        return drawn if is_narrow(width) else drawn + marks.mark_text(dy=-21, text="new model")

    return Figure(
        title=_history_title(shop, rows, later[~is_refit], later[is_refit] if marked else None),
        note="Customers in each segment at the month’s end, as it was known then. The first column is the first fit. "
        + (
            "At a triangle a new model took effect and drew the borders of segments anew; that, and nothing they did, "
            f"put customers into another segment {count(later[is_refit]['entered'].sum())} times."
            if marked
            else "The model has stayed the same since."
        ),
        legend=[(shop.colour(key), shop.name(key)) for key in order],
        panels=[Panel(chart)],
    )


def _history_title(shop, rows, own, refits):
    """Say what changed most by what customers did, and apart from it what new models did."""
    first, last = rows["month_end"].min(), rows["month_end"].max()
    if first == last:
        return f"Segments are known from {day(first)} on, too short a time for a history"
    own, refits = (
        (part["entered"] - part["departed"]).groupby(part["segment_key"]).sum()
        if part is not None
        else None
        for part in (own, refits)
    )
    own = own.reindex(_in_order(shop, rows["segment_key"]), fill_value=0)
    if not own.any():
        return f"From {month(first)} to now no segment grew or shrank by what customers did"
    changed = own.abs().idxmax()
    before, now = (
        rows[(rows["month_end"] == end) & (rows["segment_key"] == changed)]["customers"].sum()
        for end in (first, last)
    )
    by_models = "" if refits is None else f", {_signed(refits.get(changed, 0))} by new models"
    return (
        f"From {month(first)} to now {shop.name(changed)} went from {count(before)} to {many(now, 'customer')}: "
        f"{_signed(own[changed])} by what customers did or left undone{by_models}"
    )


def migrations(shop, rows, reasons):
    """Who moved where in the last whole month, and mostly why."""
    rows = rows.assign(
        from_segment_key=rows["from_segment_key"]
        .astype(object)
        .where(rows["from_segment_key"].notna(), "")
    )
    own = rows[rows["cause"] != "refit"]
    summed = own.groupby(["from_segment_key", "to_segment_key"], as_index=False)["customers"].sum()
    moved = summed[summed["from_segment_key"] != ""]
    if not len(moved):
        return None
    refit = rows[rows["cause"] == "refit"]["customers"].sum()
    moved = moved.sort_values("customers", ascending=False, kind="stable")
    # Reasons come with the commonest first.
    commonest = reasons.drop_duplicates(["from_segment_key", "to_segment_key"])
    moved = moved.merge(
        commonest, on=["from_segment_key", "to_segment_key"], suffixes=("", "_alike")
    )
    most = moved.iloc[0]

    def chart(width):
        cells = [
            {
                "column": shop.name(row.to_segment_key),
                "line": shop.name(row.from_segment_key) if row.from_segment_key else "First seen",
                "strength": min(1, row.customers / most["customers"]),
                "text": count(row.customers),
            }
            for row in summed.itertuples()
        ]
        lines = [shop.name(key) for key in _in_order(shop, summed["from_segment_key"])] + (
            ["First seen"] if (summed["from_segment_key"] == "").any() else []
        )
        return heat_map(
            cells,
            width,
            columns=[shop.name(key) for key in _in_order(shop, summed["to_segment_key"])],
            lines=lines,
            row_height=32,
            text_size=12,
            label_width=105,
            column_angle=-40 if is_narrow(width) else 0,
        )

    return Figure(
        title=f"In {month(rows['month_end'].iloc[0])} the largest move between segments was from {shop.name(most['from_segment_key'])} to {shop.name(most['to_segment_key'])}: "
        f"{many(most['customers'], 'customer')}, {'all' if most['customers_alike'] == most['customers'] else count(most['customers_alike'])} of them by {most['kind_of_reason']}",
        note="Customers who left the segment of the line for the segment of the column in the last "
        "whole month, by what they did or left undone: by orders, by goods given back, or by silence, as the last order grew old."
        + (
            f" A new model moved another {count(refit)}; they are not drawn, as they did nothing."
            if refit
            else " No model changed in it."
        ),
        panels=[Panel(chart)],
        table=Table(
            ["The largest moves", "Customers", "Mostly by"],
            [
                [
                    f"{shop.name(row.from_segment_key)} to {shop.name(row.to_segment_key)}",
                    count(row.customers),
                    f"{row.kind_of_reason} ({count(row.customers_alike)})",
                ]
                for row in moved.head(MOVES_LISTED).itertuples()
            ],
        ),
    )


def outlook(shop, rows):
    """Show what each segment did next."""
    first, last = rows.iloc[0], rows.iloc[-1]
    apart = [shop.name(row.segment_key) for row in rows.itertuples() if not row.stands_apart]

    def panel(heading, column, words, expression, ticks=None):
        values = [
            {
                "name": shop.name(row["segment_key"]),
                "value": row[column],
                "low": row[f"{column}_low"],
                "high": row[f"{column}_high"],
                "text": words(row[column]),
                "colour": shop.colour(row["segment_key"]),
            }
            for _, row in rows.iterrows()
        ]
        domain = [0, rows[f"{column}_high"].max()]
        return Panel(
            lambda width: intervals(
                values, width, domain=domain, expression=expression, label_width=110, ticks=ticks
            ),
            heading,
        )

    days = (first["ends_on"] - first["starts_on"]).days
    return Figure(
        title=f"In the {days} days from {day(first['starts_on'])} those who were {shop.name(first['segment_key'])} then kept {amount(first['mean_net_amount'], shop.currency)} each"
        f", {shop.name(last['segment_key'])} {amount(last['mean_net_amount'], shop.currency)}",
        note=f"Segments as of {day(first['starts_on'])}, by the model of {day(first['model_fitted_on'])}, and what their customers did before {day(first['ends_on'])}; lines are 95{BLANK}% intervals. "
        + (
            "The same model makes today’s segments."
            if first["model_fitted_on"] == first["model_of_today"]
            else f"Today’s segments are made by the model of {day(first['model_of_today'])}, so those of the same name have other borders today."
        )
        + (f" Not told apart from a neighbour in revenue: {', '.join(apart)}." if apart else ""),
        panels=[
            panel(f"Net revenue per customer, {shop.currency}", "mean_net_amount", short, SHORT),
            panel("Share who ordered again", "repeat_rate", percent, PERCENT, [0, 0.5, 1]),
        ],
    )


def _in_order(shop, keys):
    """Put segments into the order of the page, those that only the past knows last."""
    return [key for key in shop.names if key in set(keys)]


def _signed(change):
    return f"{'+' if change > 0 else ''}{count(change)}"


def _range(cut_points, measure, score):
    found = cut_points[(cut_points["measure"] == measure) & (cut_points["score"] == score)]
    if not len(found):
        return "–"
    low, high = found.iloc[0]["lowest_value"], found.iloc[0]["highest_value"]
    # Rounded, one range would seem to begin where the one before ends.
    ends = cut_points[cut_points["measure"] == measure][["lowest_value", "highest_value"]]
    whole = ends.mod(1).eq(0).all(axis=None)
    low, high = (count(end) if whole else f"{end:,.2f}" for end in (low, high))
    return low if low == high else f"{low} to {high}"


def next_steps(shop, rows):
    """Show whom one more order takes to a better segment."""
    near = rows[rows["next_step_orders"] == 1]
    if near.empty:
        return None
    # The best segments first, and of one the way that most are on.
    order = {key: place for place, key in enumerate(shop.names)}
    ranks = near["next_segment_key"].map(order)
    near = near.assign(rank=ranks).sort_values(["rank", "customers"], ascending=[True, False])
    first = near.iloc[0]

    def way(row):
        return f"{shop.name(row.segment_key)} to {shop.name(row.next_segment_key)}"

    values = [
        {
            "name": way(row),
            "value": row.customers,
            "text": f"{count(row.customers)} · {many(round(row.days), 'day')}",
            "colour": shop.colour(row.segment_key),
        }
        for row in near.itertuples()
    ]
    ways = rows.pivot_table(
        "customers",
        ["segment_key", "next_segment_key"],
        rows["next_step_orders"].clip(upper=3),
        aggfunc="sum",
        fill_value=0,
    ).reindex(columns=[1, 2, 3], fill_value=0)
    return Figure(
        title=f"{count(first['customers'])} {shop.name(first['segment_key'])} are one order away from {shop.name(first['next_segment_key'])}",
        note="Customers whom one more order takes to a better segment, if it is worth what theirs were worth so far, and "
        "for how many days in the median, if nothing more comes. Who they are stands in customer_segments (next_step).",
        panels=[Panel(lambda width: bars(values, width, label_width=190))],
        table=Table(
            ["Customers on the way", "1 order", "2 orders", "3 and more"],
            [
                [
                    f"{shop.name(segment)} to {shop.name(better)}",
                    *(count(ways.loc[(segment, better), orders]) for orders in (1, 2, 3)),
                ]
                for segment, better in sorted(
                    ways.index, key=lambda way: (order[way[1]], order[way[0]])
                )
            ],
        ),
    )


def _times_ordered(orders):
    return "once" if orders == 1 else "twice" if orders == 2 else f"{orders:.0f} times"


def _bins(values, logarithmic):
    """Count customers by bins that are whole numbers where values are few."""
    low, high = values.min(), values.max()
    if logarithmic:
        # Half steps keep the bars of 1, 2, 3 orders apart.
        whole = np.all(values == np.floor(values))
        edges = np.geomspace(max(low, 1), high + 1, 25)
        edges = np.unique(np.round(edges)) if whole else edges
        edges = edges - 0.5 if whole else edges
    else:
        edges = np.linspace(low, high + 1, 25)
    if len(edges) < 2:
        edges = np.array([edges[0], edges[0] + 1])
    counts, edges = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return [
        {
            "low": round(float(start), 3),
            "high": round(float(end), 3),
            "customers": int(customers),
            "zero": 0,
        }
        for start, end, customers in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
