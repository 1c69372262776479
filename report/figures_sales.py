"""Figures of the log, the sales and the cohorts."""

import altair as alt

from report.figure import Figure, Panel, Table
from report.marks import PERCENT, amounts, bars, columns, heat_map, is_narrow
from report.marks import months as month_scale
from report.pictures import ACCENT, FAINT, WARM
from report.words import amount, count, many, month, percent, short

VERDICTS = {
    "sale": "Sales",
    "return": "Credits",
    "service": "Services charged",
    "duplicate": "Duplicates",
    "not_sold": "Never sold",
    "zero_price": "Free goods",
    "stock_adjustment": "Stock adjustments",
    "invalid": "Invalid",
}
# What a reader cannot tell from the name.
MEANINGS = {
    "service": "services are postage, fees, vouchers and corrections",
    "return": "credits are of goods and of services, taken apart below",
    "duplicate": "duplicates are exact copies",
    "not_sold": "never sold is what was cancelled or not paid",
    "stock_adjustment": "stock adjustments are taken off without a credit note",
}
CREDITED = {
    "never_sold": (
        "Services",
        "Services are codes that the log never sells as goods: fees, postage, manual entries.",
    ),
    "guest": ("Guests’ goods", "Guests’ credits cannot be matched to a purchase."),
    "no_purchase": (
        "Without a purchase",
        "Without a purchase is what was bought before the log began, or more than was bought.",
    ),
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
    meanings = "; ".join(
        MEANINGS[verdict] for verdict in MEANINGS if verdict in set(rows["verdict"])
    )
    return Figure(
        title=f"{percent(share)} of the log's {many(lines, 'line')} sold a product, and none is dropped",
        note=f"Amounts in {shop.currency}: what each verdict adds to or takes from the log's total. "
        "Every line has exactly one verdict."
        + (f" {meanings[0].upper()}{meanings[1:]}." if meanings else ""),
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


def credits(shop, rows):
    """From what was credited to what customers gave back."""
    rows = rows.set_index("kind")
    credited = rows["credited"].sum()
    if not credited:
        return None
    kinds = [kind for kind in CREDITED if kind in rows.index]
    steps = [{"name": "Credits", "value": credited, "text": short(credited), "colour": FAINT}]
    rest = credited
    for kind in kinds:
        taken = rows.at[kind, "credited"]
        steps.append(
            {
                "name": CREDITED[kind][0],
                "from": rest,
                "value": rest - taken,
                "text": short(-taken),
                "colour": WARM,
            }
        )
        rest -= taken
    given_back = rows["worth_when_bought"].get("given_back", 0)
    steps.append(
        {
            "name": "Priced as bought",
            "from": rest,
            "value": given_back,
            "text": short(given_back - rest),
            "colour": ACCENT if given_back > rest else WARM,
        }
    )
    steps.append(
        {"name": "Given back", "value": given_back, "text": short(given_back), "colour": FAINT}
    )
    return Figure(
        title=f"Of {amount(credited, shop.currency)} credited, {percent(rest / credited)} "
        "took back goods that known customers had bought",
        note=" ".join([f"{shop.currency}.", *(CREDITED[kind][1] for kind in kinds)])
        + " Priced as bought: what was given back counts as what was paid for it, not as what was "
        "credited.",
        panels=[Panel(lambda width: bars(_steps_that_move(steps), width))],
    )


def kept(shop, rows):
    """From what was sold to what customers kept."""
    known = rows[~rows["is_guest"]]
    if known.empty:
        return None
    sold, back = known["sold"].sum(), known["given_back"].sum()
    to_guests = rows.loc[rows["is_guest"], "sold"].sum()
    steps = [
        {"name": "Sold to customers", "value": sold, "text": short(sold)},
        {
            "name": "Given back",
            "from": sold,
            "value": sold - back,
            "text": short(-back),
            "colour": WARM,
        },
        {
            "name": "Sold to guests",
            "from": sold - back,
            "value": sold - back + to_guests,
            "text": short(to_guests),
        },
        {
            "name": "Net revenue",
            "value": sold - back + to_guests,
            "text": short(sold - back + to_guests),
            "colour": FAINT,
        },
    ]
    return Figure(
        title=f"Of every 100 {shop.currency} of products sold to known customers, "
        f"they kept {100 * (1 - back / sold):.1f}"
        if back
        else "Known customers kept all products that they bought",
        note=f"{shop.currency}, products only, at the prices paid."
        + (
            " What guests gave back cannot be matched to what they bought, so all of that counts as kept."
            if to_guests
            else ""
        ),
        panels=[Panel(lambda width: bars(_steps_that_move(steps), width))],
    )


def months(shop, rows):
    """Net revenue by month and kind of customer."""
    compared = _whole(rows)
    by_month = compared.groupby("month_start")["net_amount"].sum()
    best = by_month.idxmax()
    kinds = compared.groupby("customer_kind")["net_amount"].sum()
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
    return Figure(
        title=f"{month(best)} is the best month with {amount(by_month.max(), shop.currency)}"
        + (
            f"; {KINDS[largest][0].lower()} bring {percent(kinds.max() / kinds.sum())} of revenue"
            if kinds.sum()
            else ""
        ),
        note=f"Net revenue in {shop.currency} by month of sale. A customer is new in the month of the "
        "first order in the log, so in the log’s first month everybody is." + _pale(rows, compared),
        legend=[KINDS[kind][::-1] for kind in KINDS if kind in set(rows["customer_kind"])],
        panels=[Panel(lambda width: columns(values, width, title=shop.currency))],
    )


def returns(shop, rows):
    """Show returns at the sale's date and at the credit's."""
    came_back = rows[rows["returned_amount_at_sale"] > 0]
    if came_back.empty:
        return None
    compared = _whole(came_back)
    shares = compared["returned_amount_at_sale"] / compared["sold_to_customers"]
    worst = compared.loc[shares.idxmax()]
    # Of many returns one may be most, and says nothing of the month.
    single = came_back[came_back["most_of_one_order"] > came_back["returned_amount_at_sale"] / 2]
    single = single.nlargest(3, "most_of_one_order").sort_values("month_start")
    singles = ", ".join(
        f"{month(row.month_start)} ({short(row.most_of_one_order)})" for row in single.itertuples()
    )
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

    return Figure(
        title=f"{month(worst['month_start'])}’s sales came back most: {percent(shares.max())} of what "
        f"known customers bought, {amount(worst['returned_amount_at_sale'], shop.currency)}",
        note=f"Worth of goods given back, {shop.currency}, counted twice over: where they were sold and "
        "where they were credited. Both add up to the same. Recent sales can still come back."
        + (f" In {singles} more than half is of a single order." if singles else "")
        + _pale(rows, compared),
        legend=[(colour, f"Given back, counted {name}") for name, colour in ways.values()],
        panels=[Panel(chart)],
    )


def hours(shop, rows):
    """Orders by weekday and hour, where the log has hours."""
    if rows["hour_of_day"].nunique() < 2:
        return None
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
        title=f"The busiest hour is {busiest['weekday']}, {busiest['hour_of_day']}:00 to "
        f"{busiest['hour_of_day'] + 1}:00, with {percent(busiest['orders'] / rows['orders'].sum())} of orders"
        + (f"; there are none on {' and '.join(silent)}" if silent else ""),
        note="Orders by weekday and hour of their first line, over the whole log, by the shop’s clock.",
        panels=[Panel(chart)],
    )


def countries(shop, rows):
    """Countries, without the one that dwarfs the others."""
    if len(rows) < 2:
        return None
    named = rows[rows["country"].notna()]
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
        title=f"{named.iloc[0]['country']} brings {percent(named.iloc[0]['revenue_share'])} of net revenue"
        + (
            f"; next is {named.iloc[1]['country']} with {percent(named.iloc[1]['revenue_share'])}"
            if len(named) > 1
            else ""
        ),
        note=f"Net revenue in {shop.currency} and its share, of {count(len(named))} {'country' if len(named) == 1 else 'countries'}, as the log names them"
        + (
            f"; {first['country']} ({short(first['net_amount'])}) is left out, as its bar would dwarf the others."
            if dwarfs
            else "."
        )
        + (
            f" Below the last bar: {len(rows) - len(shown) - dwarfs} more."
            if len(rows) - len(shown) - dwarfs > 0
            else ""
        ),
        panels=[Panel(lambda width: bars(values, width, row_height=24))],
    )


def products(shop, rows):
    """Show the products that sell best."""
    if len(rows) < 2:
        return None
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
    if len(rows) < 2 or reached.empty:
        return None
    point = reached.iloc[0]
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
    if len(rows) < 2:
        return None
    large_from = min(21, rows["products_from"].max())
    large = rows[rows["products_from"] >= large_from]
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
        title=f"Orders of more than {many(large_from - 1, 'product')} are {percent(large['order_share'].sum())} of orders and {percent(large['revenue_share'].sum())} of net revenue",
        note="Orders by number of different products in them, customers and guests.",
        panels=[panel(*part) for part in parts],
    )


def cohorts(shop, rows):
    """Retention by month of first order."""
    later = rows[rows["age_months"] > 0]
    if later.empty:
        return None
    when = {1: "in the next month", 6: "in the sixth", 12: "in the twelfth"}
    known = later[
        ~later["is_partial"] & ~later["is_left_censored"] & later["age_months"].isin(when)
    ]
    # Cohorts that are old enough for every age: ages of different customers do not compare.
    oldest = known.loc[known["age_months"] == known["age_months"].max(), "cohort_month"]
    compared = known[known["cohort_month"].isin(oldest)]
    sums = compared.groupby("age_months")[["customers", "cohort_customers"]].sum()
    finding = ", ".join(
        f"{percent(row.customers / row.cohort_customers)} {when[row.Index]}"
        for row in sums.itertuples()
    )
    early = rows.loc[rows["is_left_censored"], "cohort_month"].unique()
    most = later["retention"].max()
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
        title=f"Of the {many(sums['cohort_customers'].max(), 'customer')} new in {_span(oldest)}, "
        f"this many ordered again: {finding}"
        if finding
        else "The log is too short to tell how many new customers order again",
        note="Per cent of a cohort (customers by the month of their first order, their number in brackets) who "
        "ordered in the month of that age. Grey: months of which the log knows only a part."
        + (
            f" The title leaves out {_span(early)}: so soon after the log begins, who seems new may well "
            "have ordered before."
            if len(early) and finding
            else ""
        ),
        panels=[Panel(chart)],
    )


def _whole(rows):
    """Rows of whole months, all where no month is whole."""
    whole = rows[~rows["is_partial"]]
    return whole if len(whole) else rows


def _pale(rows, compared):
    """Say which months the log knows only a part of, and whether the title is without them."""
    partial = rows.loc[rows["is_partial"], "month_start"].unique()
    if not len(partial):
        return ""
    left_out = "" if compared["is_partial"].any() else " and not in the title"
    return (
        f" Pale{left_out}: {', '.join(month(start) for start in partial)}, "
        "of which the log knows only a part."
    )


def _steps_that_move(steps):
    return [step for step in steps if step["value"] != step.get("from", 0)]


def _span(starts):
    first, last = month(min(starts)), month(max(starts))
    return first if first == last else f"{first} to {last}"
