"""Figures of interests and of how well anything is predicted."""

from report.figure import Figure, Panel, Table
from report.marks import bars, heat_map, intervals, is_narrow
from report.pictures import ACCENT, FAINT, WARM
from report.words import count, many, percent, short

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
        rows[(rows["metric"] == "log_loss") & (rows["question"] == "next_order")],
        "shares",
        title=_interest_title(rows),
        note=f"Log loss in nats for the category of {QUESTIONS['next_order']}, lower is better, on customers acquired after the learning (their number in brackets); "
        "lines are 95 % intervals.",
        table=_interest_measures(rows),
    )


def predictions(shop, rows):
    """How well the segment of a new customer is foreseen, against the baselines."""
    days = rows["horizon_days"].min()
    rows = rows[rows["horizon_days"] == days].rename(columns={"value": "metric_value"})
    forecast = rows[rows["model"] == "prediction"]
    accuracy = forecast[(forecast["target"] == "segment") & (forecast["metric"] == "accuracy")]
    if not len(accuracy):
        return None
    first = accuracy.sort_values("orders_seen").iloc[0]
    best = accuracy.sort_values(["metric_value", "orders_seen"]).iloc[-1]
    return _quality(
        rows[(rows["target"] == "segment") & (rows["metric"] == "log_loss")],
        "prediction",
        title=f"The segment after {count(days)} days is foreseen for {percent(first['metric_value'])} of new customers from {many(first['orders_seen'], 'order')}, for {percent(best['metric_value'])} from {many(best['orders_seen'], 'order')}",
        note="Log loss in nats for the segment, lower is better, on customers acquired after the learning (their number in brackets); lines are 95 % intervals.",
        table=_questions_answered(forecast),
    )


def _questions_answered(forecast):
    """Measures of the three questions by orders seen."""
    values = forecast.set_index(["orders_seen", "target", "metric"])["metric_value"].to_dict()
    return Table(
        ["Orders seen", "Segment right", "Calibration error", "Top fifth, AUC", "Buys again, AUC"],
        [
            [
                count(orders),
                percent(values.get((orders, "segment", "accuracy"))),
                percent(values.get((orders, "segment", "expected_calibration_error"))),
                short(values.get((orders, "top_fifth", "auc"))),
                short(values.get((orders, "buys_again", "auc"))),
            ]
            for orders in sorted(forecast["orders_seen"].unique())
        ],
    )


def calibration(shop, rows):
    """Show what was said of a new customer's segment, and how often it came true."""
    rows = rows[(rows["orders_seen"] == rows["orders_seen"].min()) & (rows["target"] == "segment")]
    rows = rows[rows["horizon_days"] == rows["horizon_days"].min()]
    if not len(rows):
        return None
    said = (rows["mean_probability"] * rows["customers"]).sum() / rows["customers"].sum()
    came = (rows["share_true"] * rows["customers"]).sum() / rows["customers"].sum()
    values = [
        {
            "name": f"{percent(row.probability_from)} to {percent(row.probability_to)} ({count(row.customers)})",
            "value": row.share_true,
            "low": min(row.share_true, row.mean_probability),
            "high": max(row.share_true, row.mean_probability),
            "text": f"{percent(row.share_true)}, said {percent(row.mean_probability)}",
            "colour": ACCENT,
        }
        for row in rows.sort_values("probability_from").itertuples()
    ]
    return Figure(
        title=f"Of the likeliest segment {percent(said)} was said on average, {percent(came)} came true",
        note="New customers after their first order, by the probability that was given to the likeliest segment (customers in brackets); dot: share for whom it came true; line: as far as what was said. Short lines are good.",
        panels=[
            Panel(
                lambda width: intervals(
                    values,
                    width,
                    domain=[0, 1.3],
                    row_height=26,
                    label_width=130,
                    ticks=[0, 0.5, 1],
                )
            )
        ],
    )


def _interest_title(rows):
    against = rows[
        (rows["question"] == "next_order")
        & (rows["metric"] == "log_loss")
        & rows["comparison"].notna()
    ]
    beaten = int((against["comparison"] == "better").sum())
    return f"The forecast of a customer’s next interest beats its baselines in {beaten} of {len(against)} comparisons"


def _quality(rows, forecast, title, note, table):
    """Draw the forecast beside its baselines, a panel for each number of orders seen."""
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
                "name": "the forecast" if row.Index == forecast else row.Index,
                "value": row.metric_value,
                "low": row.low,
                "high": row.high,
                "text": f"{row.metric_value:.2f}",
                "colour": _colour(row, forecast),
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
            f"{many(orders, 'order')} ({customers})",
            weight=2.2 if orders == seen[0] else 1,
        )

    return Figure(
        title=title,
        note=f"{note} A baseline is beaten when the interval of the advantage over it, customer by customer, lies above zero.",
        legend=[
            (ACCENT, "The forecast"),
            (FAINT, "Baselines that it beats"),
            (WARM, "Not beaten"),
        ],
        panels=[panel(orders) for orders in seen],
        table=table,
    )


def _colour(row, forecast):
    if row.Index == forecast:
        return ACCENT
    return FAINT if row.comparison == "better" else WARM


def _interest_measures(rows):
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
