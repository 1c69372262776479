"""Figures of interests and of how well anything is predicted."""

from report.figure import Figure, Panel, Table
from report.marks import bars, heat_map, intervals, is_narrow
from report.pictures import ACCENT, FAINT
from report.words import count, many, percent, short

PREFERRED = ["log_loss", "brier", "brier_score", "mae", "rmse", "auc"]
LOWER_IS_BETTER = {"log_loss", "brier", "brier_score", "mae", "rmse", "expected_calibration_error"}
QUESTIONS = {"next_order": "the next order", "next_90_days": "the next 90 days"}


def categories(shop, rows):
    """Categories by net revenue."""
    first = rows.iloc[0]
    values = [
        {
            "name": row.category_name,
            "value": row.net_amount,
            "text": f"{short(row.net_amount)} · {percent(row.revenue_share)}",
        }
        for row in rows.itertuples()
    ]
    return Figure(
        title=f"{first['category_name']} is the largest interest: {percent(first['revenue_share'])} of net revenue",
        note=f"Net revenue in {shop.currency} by category; categories are products that are bought together, whatever they cost.",
        panels=[
            Panel(
                lambda width: bars(
                    values, width, row_height=26, label_width=150 if is_narrow(width) else 240
                )
            )
        ],
    )


def segment_interests(shop, rows):
    """Show the main interests of each segment."""
    keys = [key for key in shop.names if key in set(rows["segment_key"])]
    rows = rows.assign(
        share=rows["customers"] / rows.groupby("segment_key")["customers"].transform("sum")
    )
    popular = (
        rows.groupby("main_interest")["customers"].sum().sort_values(ascending=False, kind="stable")
    )
    interests = list(popular.index)
    named = rows[rows["main_interest"] != "Mixed"]
    most = (
        (named if len(named) else rows)
        .sort_values(["share", "segment_key"], ascending=[False, True])
        .iloc[0]
    )

    alone = (
        (rows["main_interest"] == most["main_interest"]) & (rows["share"] >= most["share"])
    ).sum() == 1

    def chart(width):
        cells = [
            {
                "column": shop.name(row.segment_key),
                "line": row.main_interest,
                "strength": row.share / rows["share"].max(),
                "text": percent(row.share),
            }
            for row in rows.itertuples()
        ]
        return heat_map(
            cells,
            width,
            columns=[shop.name(key) for key in keys],
            lines=interests,
            row_height=26,
            label_width=130 if is_narrow(width) else 200,
            column_angle=-40 if is_narrow(width) else 0,
        )

    return Figure(
        title=f"{most['main_interest']} is the main interest of {percent(most['share'])} of {shop.name(most['segment_key'])}{', more than of any other segment' if alone else ''}",
        note="Share of each segment’s customers by main interest; columns add up to 100 %. Mixed: no category reaches the least share that a main interest needs.",
        panels=[Panel(chart)],
    )


def interest_quality(shop, rows):
    """How well the next interest is predicted, against the baselines."""
    return _quality(
        rows[rows["metric"] == "log_loss"],
        question="next_order",
        title=_interest_title(rows),
        table=_calibration(rows),
    )


def predictions(shop, rows):
    """How well what customers do next is predicted, against the baselines."""
    rows = rows.rename(columns={"value": "metric_value"})
    rows = rows[rows["metric_value"].notna()]
    if not len(rows):
        return None
    tested = [
        (target, days, part[part["metric"] == sorted(set(part["metric"]), key=_usefulness)[0]])
        for (target, days), part in rows.groupby(["target", "horizon_days"], dropna=False)
    ]

    def panel(target, days, part):
        metric = part["metric"].iloc[0]
        best = (
            part["metric_value"].min() if metric in LOWER_IS_BETTER else part["metric_value"].max()
        )
        values = [
            {
                "name": f"{row.model}, {_orders_seen(row.orders_seen)}",
                "value": row.metric_value,
                "low": row.metric_value if row.low != row.low else row.low,
                "high": row.metric_value if row.high != row.high else row.high,
                "text": short(row.metric_value),
                "colour": ACCENT if row.metric_value == best else FAINT,
            }
            for row in part.sort_values(["orders_seen", "model"]).itertuples()
        ]
        domain = [min(row["low"] for row in values), max(row["high"] for row in values)]
        direction = "lower" if metric in LOWER_IS_BETTER else "higher"
        return Panel(
            lambda width: intervals(values, width, domain=domain, row_height=22, label_width=170),
            f"{target} in {count(days)} days: {metric.replace('_', ' ')}, {direction} is better",
        )

    return Figure(
        title=f"{len(set(rows['model']))} models and baselines were tested on {count(rows['test_customers'].max())} customers they had not seen",
        note="Measured on customers kept apart, by number of orders seen; lines are 95 % intervals.",
        legend=[(ACCENT, "Best"), (FAINT, "The others")],
        panels=[panel(*part) for part in tested[:2]],
        table=_predictions_table(rows),
    )


def _usefulness(metric):
    """Rank metrics: proper scores before counts of hits, then by name."""
    return PREFERRED.index(metric) if metric in PREFERRED else len(PREFERRED), metric


def _orders_seen(orders):
    return "all orders" if orders != orders else many(orders, "order")


def _predictions_table(rows):
    lines = [
        [
            f"{row.target}, {count(row.horizon_days)} days",
            str(row.model),
            _orders_seen(row.orders_seen),
            str(row.metric).replace("_", " "),
            short(row.metric_value),
            f"{short(row.low)} to {short(row.high)}",
        ]
        for row in rows.itertuples()
    ]
    return Table(["What", "Model", "Seen", "Measure", "Value", "Interval"], lines[:60])


def _interest_title(rows):
    against = rows[
        (rows["question"] == "next_order")
        & (rows["metric"] == "log_loss")
        & rows["is_beaten"].notna()
    ]
    beaten = int(against["is_beaten"].astype(bool).sum())
    return f"The forecast of a customer’s next interest beats its baselines in {beaten} of {len(against)} comparisons"


def _quality(rows, question, title, table):
    rows = rows[rows["question"] == question]
    low, high = rows["low"].min(), rows["high"].max()

    # One order of the models in all panels, so that the names need to stand there only once.
    first = rows[rows["orders_seen"] == rows["orders_seen"].min()]
    order = list(first.sort_values(["metric_value", "model"])["model"])
    seen = sorted(rows["orders_seen"].unique())

    def panel(orders):
        of_orders = (
            rows[rows["orders_seen"] == orders]
            .set_index("model")
            .reindex(order)
            .dropna(subset=["metric_value"])
        )
        values = [
            {
                "name": "the forecast" if row.Index == "shares" else row.Index,
                "value": row.metric_value,
                "low": row.low,
                "high": row.high,
                "text": f"{row.metric_value:.2f}",
                "colour": ACCENT if row.Index == "shares" else FAINT,
            }
            for row in of_orders.itertuples()
        ]

        def chart(width):
            named = (is_narrow(width) and width > 300) or orders == seen[0]
            return intervals(
                values, width, domain=[low, high], row_height=24, label_width=155 if named else 0
            )

        customers = count(of_orders["test_customers"].max())
        return Panel(
            chart,
            f"{count(orders)} {'order' if orders == 1 else 'orders'} ({customers} tested)",
            weight=2.2 if orders == seen[0] else 1,
        )

    return Figure(
        title=title,
        note=f"Log loss in nats for the category of {QUESTIONS[question]}, lower is better, on customers acquired after the learning; "
        "lines are 95 % intervals. A comparison is won when the interval of the advantage lies above zero.",
        legend=[(ACCENT, "The forecast"), (FAINT, "Baselines")],
        panels=[panel(orders) for orders in seen],
        table=table,
    )


def _calibration(rows):
    lines = []
    for (question, orders), part in rows[rows["model"] == "shares"].groupby(
        ["question", "orders_seen"]
    ):
        values = dict(zip(part["metric"], part["metric_value"], strict=True))
        lines.append(
            [
                QUESTIONS.get(question, question),
                count(orders),
                percent(values.get("accuracy")),
                percent(values.get("top_3_accuracy")),
                percent(values.get("expected_calibration_error")),
            ]
        )
    return Table(
        [
            "The forecast of",
            "Orders seen",
            "First guess right",
            "Among first three",
            "Calibration error",
        ],
        lines,
    )
