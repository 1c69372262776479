"""Figures of the log, the sales and the cohorts."""

import altair as alt
import pandas as pd

from report.figure import Figure, Panel, Table
from report.marks import PERCENT, amounts, bars, columns, heat_map, is_narrow
from report.marks import months as month_scale
from report.pictures import ACCENT, FAINT, WARM
from report.words import amount, count, month, percent, short

VERDICTS = {
    "sale": "Sales",
    "return": "Returns",
    "service": "Services",
    "duplicate": "Duplicates",
    "zero_price": "Free goods",
    "stock_adjustment": "Stock adjustments",
    "invalid": "Invalid",
}
KINDS = {
    "returning": ("Returning customers", "var(--kind-returning)"),
    "new": ("New customers", "var(--kind-new)"),
    "guest": ("Guests", "var(--kind-guest)"),
}


def funnel(shop, rows):
    """Show what became of every line and amount."""
    total, lines = rows["amount"].sum(), rows["lines"].sum()
    sale = rows[rows["verdict"] == "sale"]
    share = sale["lines"].sum() / lines
    steps, so_far = [], 0.0
    for row in rows.sort_values("amount", ascending=False).itertuples():
        if row.amount:
            steps.append(
                {
                    "name": VERDICTS[row.verdict],
                    "from": so_far,
                    "value": so_far + row.amount,
                    "text": short(row.amount),
                    "colour": ACCENT if row.amount > 0 else WARM,
                }
            )
            so_far += row.amount
    steps.append({"name": "The whole log", "value": total, "text": short(total), "colour": FAINT})
    return Figure(
        title=f"{percent(share)} of the log's {count(lines)} lines sold a product, and none is dropped",
        note=f"Amounts in {shop.currency}: what each verdict adds to or takes from the log's total. "
        "Every line has exactly one verdict. Services are postage, fees, vouchers and corrections; "
        "duplicates are exact copies; stock adjustments are taken off without a credit note.",
        panels=[Panel(lambda width: bars(steps, width))],
        table=Table(
            ["Verdict", "Lines", "Units", f"Amount, {shop.currency}"],
            [
                [
                    VERDICTS[row.verdict],
                    count(row.lines),
                    count(row.units),
                    count(row.amount),
                ]
                for row in rows.itertuples()
            ],
        ),
    )


def kept(shop, rows):
    """From what was sold to what customers kept."""
    sold, back = rows["sold"].sum(), rows["given_back"].sum()
    steps, so_far = [], 0.0
    for row in rows.itertuples():
        name = "Sold to guests" if row.is_guest else "Sold to customers"
        steps.append(
            {"name": name, "from": so_far, "value": so_far + row.sold, "text": short(row.sold)}
        )
        so_far += row.sold
    steps.append(
        {
            "name": "Given back",
            "from": sold,
            "value": sold - back,
            "text": short(-back),
            "colour": WARM,
        }
    )
    steps.append(
        {
            "name": "Kept: net revenue",
            "value": sold - back,
            "text": short(sold - back),
            "colour": FAINT,
        }
    )
    return Figure(
        title=f"Of every 100 {shop.currency} of products sold, customers kept {100 * (1 - back / sold):.1f}",
        note=f"{shop.currency}, products only. Credits are matched to the purchases they give back; "
        "guests’ credits cannot be.",
        panels=[Panel(lambda width: bars(steps, width))],
    )


def months(shop, rows):
    """Net revenue by month and kind of customer."""
    whole = rows[~rows["is_partial"]]
    by_month = (whole if len(whole) else rows).groupby("month_start")["net_amount"].sum()
    best = by_month.idxmax()
    kinds = (whole if len(whole) else rows).groupby("customer_kind")["net_amount"].sum()
    largest = kinds.idxmax()
    values = [
        {
            "name": f"{row.month_start:%b %Y}",
            "value": row.net_amount,
            "colour": KINDS[row.customer_kind][1],
            "layer": list(KINDS).index(row.customer_kind),
            "opacity": 0.45 if row.is_partial else 1,
        }
        for row in rows.itertuples()
    ]
    partial = sorted({month(row.month_start) for row in rows.itertuples() if row.is_partial})
    return Figure(
        title=f"{month(best)} is the best month with {amount(by_month.max(), shop.currency)}; "
        f"{KINDS[largest][0].lower()} bring {percent(kinds.max() / kinds.sum())} of all months’ revenue",
        note=f"Net revenue in {shop.currency} by month of sale. A customer is new in the month of the "
        "first order in the log, so in the log’s first months nearly everybody is."
        + (f" Pale: {', '.join(partial)}, of which the log knows only a part." if partial else ""),
        legend=[(colour, name) for name, colour in KINDS.values()],
        panels=[Panel(lambda width: columns(values, width, title=shop.currency))],
    )


def returns(shop, rows):
    """Show returns at the sale's date and at the credit's."""
    rows = rows.assign(
        share=rows["returned_amount_at_sale"] / rows["gross_amount"].replace(0, float("nan"))
    )
    worst = rows.loc[rows["share"].fillna(0).idxmax()]
    ways = {
        "returned_amount_at_sale": ("in the month of the sale", ACCENT),
        "returned_amount_at_credit": ("in the month of the credit", WARM),
    }
    values = [
        {
            "name": f"{row['month_start']:%b %Y}",
            "way": way,
            "value": row[way],
            "colour": ways[way][1],
            "opacity": 0.45 if row["is_partial"] else 1,
        }
        for _, row in rows.iterrows()
        for way in ways
    ]

    def chart(width):
        order = list(dict.fromkeys(row["name"] for row in values))
        return (
            alt.Chart(alt.Data(values=values), width=width, height=180)
            .mark_bar()
            .encode(
                x=month_scale("name", order, width),
                xOffset=alt.XOffset("way:N", sort=list(ways)),
                y=amounts("value", shop.currency),
                color=alt.Color("colour:N", scale=None),
                opacity=alt.Opacity("opacity:Q", scale=None),
            )
        )

    came_back = worst["returned_amount_at_sale"] > 0
    return Figure(
        title=f"Of {month(worst['month_start'])}’s sales most came back: {percent(worst['share'])}, "
        f"{amount(worst['returned_amount_at_sale'], shop.currency)}"
        if came_back
        else "Nothing that was sold came back",
        note=f"Worth of goods given back, {shop.currency}, counted twice over: where they were sold and "
        "where they were credited. Both add up to the same. Recent sales can still come back.",
        legend=[(colour, f"Given back, counted {name}") for name, colour in ways.values()],
        panels=[Panel(chart)] if came_back else [],
    )


def hours(shop, rows):
    """Orders by weekday and hour."""
    busiest = rows.loc[rows["orders"].idxmax()]
    names = dict(sorted({(row.weekday_number, row.weekday) for row in rows.itertuples()}))
    silent = [
        day
        for number, day in enumerate(
            ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"], 1
        )
        if number not in names
    ]
    days = [names[number] for number in sorted(names)]
    span = [
        f"{hour:02}" for hour in range(rows["hour_of_day"].min(), rows["hour_of_day"].max() + 1)
    ]
    most = rows["orders"].max()

    def chart(width):
        cells = [
            {
                "hour": f"{row.hour_of_day:02}",
                "day": row.weekday if not is_narrow(width) else row.weekday[:2],
                "strength": row.orders / most,
                "text": count(row.orders) if len(span) <= 16 or is_narrow(width) else "",
            }
            for row in rows.itertuples()
        ]
        if is_narrow(width):
            turned = [{"column": cell["day"], "line": cell["hour"], **cell} for cell in cells]
            return heat_map(
                turned, width, columns=[day[:2] for day in days], lines=span, row_height=22
            )
        upright = [{"column": cell["hour"], "line": cell["day"], **cell} for cell in cells]
        return heat_map(upright, width, columns=span, lines=days, row_height=30)

    return Figure(
        title=f"Most orders come on {busiest['weekday']}s from {busiest['hour_of_day']}:00 to {busiest['hour_of_day'] + 1}:00"
        + (f"; there are none on {' and '.join(silent)}" if silent else ""),
        note="Orders by weekday and hour of their first line, over the whole log, by the shop’s clock.",
        panels=[Panel(chart)],
    )


def countries(shop, rows):
    """Countries, without the one that dwarfs the others."""
    names = rows["country"].astype(object).where(rows["country"].notna(), "(no country)")
    rows = rows.assign(country=names)
    first = rows.iloc[0]
    dwarfs = len(rows) > 2 and first["net_amount"] > 4 * rows.iloc[1]["net_amount"]
    shown = rows.iloc[1 if dwarfs else 0 :].head(12)
    values = [
        {
            "name": row.country,
            "value": row.net_amount,
            "text": f"{short(row.net_amount)} · {percent(row.revenue_share)}",
        }
        for row in shown.itertuples()
    ]
    return Figure(
        title=f"{first['country']} brings {percent(first['revenue_share'])} of net revenue"
        + (
            f"; next is {rows.iloc[1]['country']} with {percent(rows.iloc[1]['revenue_share'])}"
            if len(rows) > 1
            else ""
        ),
        note=f"Net revenue in {shop.currency} and its share, of {count(len(rows))} {'country' if len(rows) == 1 else 'countries'}"
        + (
            f"; {first['country']} ({short(first['net_amount'])}) is left out, as its bar would dwarf the others."
            if dwarfs
            else "."
        )
        + (
            f" Below the last bar are {len(rows) - len(shown) - dwarfs} more."
            if len(rows) - len(shown) - dwarfs > 0
            else ""
        ),
        panels=[Panel(lambda width: bars(values, width, row_height=24))],
    )


def products(shop, rows):
    """Show the products that sell best."""
    rows = rows.assign(
        product_name=rows["product_name"]
        .astype(object)
        .where(rows["product_name"].notna(), "(no description)")
    )
    first = rows.iloc[0]
    values = [
        {
            "name": row.product_name,
            "value": row.net_amount,
            "text": short(row.net_amount),
        }
        for row in rows.itertuples()
    ]
    return Figure(
        title=f"{first['product_name']} sells best: {amount(first['net_amount'], shop.currency)}, {percent(first['revenue_share'])} of net revenue",
        note=f"Net revenue in {shop.currency} of the {len(rows)} best products.",
        panels=[
            Panel(
                lambda width: bars(
                    values, width, row_height=24, label_width=180 if is_narrow(width) else 330
                )
            )
        ],
    )


def concentration(shop, rows):
    """How much of revenue the best products bring."""
    reached = rows[rows["revenue_share"] >= 0.8]
    point = reached.iloc[0] if len(reached) else rows.iloc[-1]
    # Fewer than a hundred products have as many parts as products.
    parts = rows["percent_of_products"].max()
    share = point["percent_of_products"] / parts
    values = [
        {"percent": 100 * row.percent_of_products / parts, "revenue_share": row.revenue_share}
        for row in rows.itertuples()
    ]

    def chart(width):
        base = alt.Chart(alt.Data(values=values), width=width, height=170)
        x = alt.X(
            "percent:Q",
            title="best products, % of all",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(tickCount=5, grid=False),
        )
        y = amounts("revenue_share", "share of net revenue", PERCENT, domain=[0, 1])
        mark = alt.Chart(
            alt.Data(values=[{"percent": 100 * share, "revenue_share": point["revenue_share"]}])
        )
        return (
            base.mark_area(fill=ACCENT, fillOpacity=0.15).encode(x=x, y=y)
            + base.mark_line(stroke=ACCENT, strokeWidth=2.5).encode(x=x, y=y)
            + mark.mark_point(filled=True, fill=WARM, size=110, opacity=1).encode(x=x, y=y)
        )

    return Figure(
        title=f"{percent(share)} of the {count(rows['products'].sum())} products bring {percent(point['revenue_share'])} of net revenue",
        note="Products from the best down, and the share of net revenue that they have together. The dot is where 80 % are reached.",
        panels=[Panel(chart)],
    )


def baskets(shop, rows):
    """Orders by number of products."""
    large = rows[rows["products_from"] > 20]
    parts = [
        ("Share of orders", "order_share"),
        ("Share of net revenue", "revenue_share"),
    ]

    def panel(heading, column):
        values = [
            {"name": row["basket_size"], "value": row[column], "text": percent(row[column])}
            for _, row in rows.iterrows()
        ]
        return Panel(lambda width: bars(values, width, row_height=24), heading)

    return Figure(
        title=f"Orders of more than 20 products are {percent(large['order_share'].sum())} of orders and {percent(large['revenue_share'].sum())} of net revenue",
        note="Orders by number of different products in them, customers and guests.",
        panels=[panel(*part) for part in parts],
    )


def cohorts(shop, rows):
    """Retention by month of first order."""
    whole = rows[~rows["is_partial"]]

    def mean(age):
        of_age = whole[whole["age_months"] == age]
        return (
            of_age["customers"].sum() / of_age["cohort_customers"].sum()
            if len(of_age)
            else float("nan")
        )

    ages = [age for age in (1, 6, 12) if not pd.isna(mean(age))]
    when = {1: "in the next month", 6: "in the sixth", 12: "in the twelfth"}
    finding = ", ".join(f"{percent(mean(age))} {when[age]}" for age in ages)
    later = rows[rows["age_months"] > 0]
    most = later["retention"].max() if len(later) else 1.0
    cohort_names = {
        row.cohort_month: f"{row.cohort_month:%b %Y} ({count(row.cohort_customers)})"
        for row in rows.itertuples()
    }
    last_age = rows["age_months"].max()

    def chart(width):
        # A phone has room for thirteen columns.
        every = -(-last_age // 13) if is_narrow(width) else 1
        shown = [age for age in range(1, last_age + 1) if age % every == 0]
        cells = [
            {
                "column": str(row.age_months),
                "line": cohort_names[row.cohort_month],
                "strength": row.retention / (most or 1),
                "text": f"{100 * row.retention:.0f}",
                "colour": FAINT if row.is_partial else ACCENT,
            }
            for row in later.itertuples()
            if row.age_months in shown
        ]
        return heat_map(
            cells,
            width,
            columns=[str(age) for age in shown],
            lines=[cohort_names[key] for key in sorted(set(later["cohort_month"]))],
            title_columns="months since the first order",
            row_height=24,
            text_size=9 if is_narrow(width) else 11,
            label_width=110,
        )

    return Figure(
        title=f"Of new customers, this many order again: {finding}"
        if ages
        else "The log is too short to see who comes back",
        note="Per cent of a cohort (customers by the month of their first order, their number in brackets) who "
        "ordered in the month of that age. Grey: months of which the log knows only a part. "
        "The log’s first cohort holds older customers too.",
        panels=[Panel(chart)] if len(later) else [],
    )
