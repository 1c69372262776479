"""Figures of interests and of how well anything is predicted."""

from dataclasses import dataclass

from report.figure import Figure, Panel, Table
from report.marks import PERCENT, bars, heat_map, intervals, is_narrow
from report.pictures import ACCENT, FAINT, WARM
from report.words import BLANK, count, many, percent, short

QUESTIONS = {"next_order": "the next order", "next_90_days": "the next 90 days"}
BEST_SELLERS = 3
GUESSES = {
    "majority": "the commonest answer",
    "rules": "what usually followed",
    "nearest centroid": "the nearest average",
    "1-nearest neighbour": "the most alike customer",
    "price bands": "by prices paid",
}
DIFFER = (
    "Said and true differ by: how far the probability that was given to the likeliest answer is from "
    "how often it came true, on average."
)


def categories(shop, rows):
    """Categories by net revenue, with what sells best in them and what to do."""
    named = rows[rows["category_key"] != "other"]
    if not len(named):
        return None
    first = named.iloc[0]
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
        note=f"Net revenue in {shop.currency} by category; categories are products that are bought together, whatever they cost. "
        "What to do is edited in seeds/interest_playbook.csv.",
        panels=[
            Panel(
                lambda width: bars(
                    values, width, row_height=26, label_width=150 if is_narrow(width) else 240
                )
            )
        ],
        table=Table(
            ["Category", "Sells best", "What to do"],
            [
                [
                    row.category_name,
                    "; ".join(row.top_products.split(" | ")[:BEST_SELLERS]),
                    row.strategy,
                ]
                for row in named.itertuples()
            ],
            is_text=True,
        ),
    )


def segment_interests(shop, rows):
    """Show the main interests of each segment."""
    rows = rows.assign(
        share=rows["customers"] / rows.groupby("segment_key")["customers"].transform("sum")
    )
    named = rows[~rows["main_interest_key"].isin(["mixed", "other"])]
    if not len(named):
        return None
    keys = [key for key in shop.names if key in set(rows["segment_key"])]
    popular = (
        rows.groupby("main_interest")["customers"].sum().sort_values(ascending=False, kind="stable")
    )
    interests = list(popular.index)
    most = named.sort_values(["share", "segment_key"], ascending=[False, True]).iloc[0]

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
    """How well the next interest is foreseen, against simple guesses."""
    return _quality(
        rows[rows["question"] == "next_order"],
        "shares",
        subject=f"the main category of {QUESTIONS['next_order']}",
        table=_interest_measures(rows),
    )


def predictions(shop, rows):
    """How well the segment of a new customer is foreseen, against simple guesses."""
    days = rows["horizon_days"].min()
    rows = rows[rows["horizon_days"] == days]
    return _quality(
        rows[rows["target"] == "segment"],
        "prediction",
        subject=f"the segment {count(days)} days after the first",
        table=_questions_answered(rows),
    )


def _questions_answered(rows):
    """Measures of the three questions by orders seen."""
    of_segment = rows[rows["target"] == "segment"]
    values = rows[rows["model"] == "prediction"].set_index(["orders_seen", "target", "metric"])
    values = values["metric_value"].to_dict()
    return Table(
        [
            "Orders seen",
            "Customers",
            "Segment right",
            "Best simple guess",
            "Said and true differ by",
            "Top fifth told apart",
            "Buying again told apart",
        ],
        [
            [
                count(seen.orders),
                count(seen.customers),
                percent(seen.right),
                f"{percent(seen.guessed)} ({seen.guess})",
                percent(values.get((seen.orders, "segment", "expected_calibration_error"))),
                percent(values.get((seen.orders, "top_fifth", "auc"))),
                percent(values.get((seen.orders, "buys_again", "auc"))),
            ]
            for seen in _beside_guesses(of_segment, "prediction")
        ],
        note="Simple guesses: the commonest answer is the segment of most customers that were learned from; what usually "
        "followed is that of most of those who would be in the same segment if they bought nothing more; the nearest average "
        "is the segment whose customers were most alike on average; the most alike customer is the segment of that one. "
        f"{DIFFER} Told apart: of two customers of whom one will be in the top fifth of value, or will buy again, "
        "how often that one had been given the higher probability; 50 % is chance. All are of the customers in the second column.",
    )


def calibration(shop, rows):
    """Show what was said of a new customer's segment, and how often it came true."""
    rows = rows[(rows["orders_seen"] == rows["orders_seen"].min()) & (rows["target"] == "segment")]
    rows = rows[rows["horizon_days"] == rows["horizon_days"].min()]
    if not len(rows):
        return None
    customers = rows["customers"].sum()
    said = (rows["mean_probability"] * rows["customers"]).sum() / customers
    came = (rows["share_true"] * rows["customers"]).sum() / customers
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
        title=f"The segment held for the likeliest after the first order was given {percent(said)} on average, and was right for {percent(came)} of {many(customers, 'customer')}",
        note="New customers by the probability that was given to the likeliest segment (customers in brackets); dot: share for whom it came true; line: as far as what was said. Short lines are good.",
        panels=[
            Panel(
                lambda width: intervals(
                    values,
                    width,
                    domain=[0, 1.3],
                    expression=PERCENT,
                    row_height=26,
                    label_width=130,
                    ticks=[0, 0.5, 1],
                )
            )
        ],
    )


@dataclass(frozen=True)
class _BesideGuesses:
    """How often the forecast was right for some customers, and the best of the simple guesses."""

    orders: int
    customers: int
    right: float
    guess: str
    guessed: float
    is_ahead_of_all: bool


def _beside_guesses(rows, forecast):
    """Compare by orders seen; customers differ between them, not between the models of one."""
    right = rows[rows["metric"] == "accuracy"]
    right = right.sort_values(["metric_value", "model"], ascending=[False, True])
    return [
        _BesideGuesses(
            orders=orders,
            customers=of_orders["test_customers"].max(),
            right=of_orders[of_orders["model"] == forecast]["metric_value"].iloc[0],
            guess=_in_words(guesses["model"].iloc[0]),
            guessed=guesses["metric_value"].iloc[0],
            is_ahead_of_all=guesses["comparison"].eq("better").all(),
        )
        for orders, of_orders in right.groupby("orders_seen")
        for guesses in [of_orders[of_orders["model"] != forecast]]
    ]


def _quality_title(rows, forecast, subject):
    """Say how often the forecast is right where most customers are, and where it is of use."""
    compared = _beside_guesses(rows, forecast)
    first = compared[0]
    ahead = [count(seen.orders) for seen in compared if seen.is_ahead_of_all]
    if len(ahead) == len(compared):
        where = "clearly better than all of them after any number of orders"
    elif ahead:
        where = f"clearly better than all of them after {' and '.join(ahead)} order{'' if ahead == ['1'] else 's'} only"
    else:
        where = "never clearly better than all of them"
    return (
        f"After {many(first.orders, 'order')} {subject} is foreseen for {percent(first.right)} of "
        f"{many(first.customers, 'new customer')}, by the best simple guess for {percent(first.guessed)}; it is {where}"
    )


def _quality(rows, forecast, subject, table):
    """Draw the forecast beside simple guesses, a panel for each number of orders seen."""
    if not len(rows):
        return None
    right = rows[rows["metric"] == "accuracy"]
    against = rows[(rows["metric"] == "log_loss") & (rows["model"] != forecast)]

    # One order of the models in all panels, so that the names need to stand there only once.
    first = right[right["orders_seen"] == right["orders_seen"].min()]
    order = list(first.sort_values(["metric_value", "model"], ascending=[False, True])["model"])
    seen = sorted(right["orders_seen"].unique())

    def panel(orders):
        of_orders = (
            right[right["orders_seen"] == orders]
            .set_index("model")
            .reindex(order)
            .dropna(subset=["metric_value"])
        )
        values = [
            {
                "name": "the forecast" if row.Index == forecast else _in_words(row.Index),
                "value": row.metric_value,
                "low": row.low,
                "high": row.high,
                "text": percent(row.metric_value) + _mark(row, forecast),
                "colour": _colour(row, forecast),
            }
            for row in of_orders.itertuples()
        ]

        def chart(width):
            named = (is_narrow(width) and width > 300) or orders == seen[0]
            return intervals(
                values,
                width,
                domain=[0, 1],
                expression=PERCENT,
                row_height=24,
                label_width=155 if named else 0,
                ticks=[0, 0.5, 1],
            )

        customers = count(of_orders["test_customers"].max())
        return Panel(
            chart,
            f"{many(orders, 'order')} ({customers})",
            weight=2.2 if orders == seen[0] else 1,
        )

    return Figure(
        title=_quality_title(rows, forecast, subject),
        note="Share of customers for whom the likeliest answer was right, of those acquired after the learning (their number "
        f"in brackets, fewer the more orders are seen); lines are 95{BLANK}% intervals. A simple guess is clearly beaten when the "
        "interval of the advantage over it, customer by customer, lies above zero. "
        f"Probabilities are clearly better in {count(against['comparison'].eq('better').sum())} of {count(len(against))} comparisons "
        "(log loss: whatever came, it counts against a model how improbable it had been held).",
        legend=[
            (ACCENT, "The forecast"),
            (FAINT, "Simple guesses that it clearly beats"),
            (WARM, "* Not clearly beaten"),
        ],
        panels=[panel(orders) for orders in seen],
        table=table,
    )


def _in_words(model):
    """Name a baseline without the words of statistics."""
    return GUESSES.get(model, model)


def _mark(row, forecast):
    return "" if row.Index == forecast or row.comparison == "better" else "*"


def _colour(row, forecast):
    if row.Index == forecast:
        return ACCENT
    return FAINT if row.comparison == "better" else WARM


def _interest_measures(rows):
    forecast = rows[rows["model"] == "shares"]
    values = forecast.set_index(["question", "orders_seen", "metric"])["metric_value"].to_dict()
    return Table(
        [
            "The forecast of",
            "Orders seen",
            "Customers",
            "First guess right",
            "Best simple guess",
            "Among first three",
            "Said and true differ by",
        ],
        [
            [
                QUESTIONS[question],
                count(seen.orders),
                count(seen.customers),
                percent(seen.right),
                f"{percent(seen.guessed)} ({seen.guess})",
                percent(values.get((question, seen.orders, "top_3_accuracy"))),
                percent(values.get((question, seen.orders, "expected_calibration_error"))),
            ]
            for question, of_question in rows.groupby("question")
            for seen in _beside_guesses(of_question, "shares")
        ],
        note="Simple guesses: same as before is the category that they bought most of so far; by prices paid is what "
        f"customers bought who had paid similar prices. {DIFFER}",
    )
