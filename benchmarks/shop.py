"""Made-up shops of any size, in the shape of Online Retail, for benchmarks alone.

`python -m benchmarks.shop 5000000 shop.parquet` writes a log of five million lines. One SQL query
draws everything from DuckDB's hash of the seed, the draw's name and the row, so that a log depends
on nothing but its size, its seed and DuckDB's version.
"""

import sys

import duckdb

from ingest.quoting import literal

SEED = 20111210
LINES_PER_ORDER = 20.5
LINES_PER_CUSTOMER = 124
START = "timestamp '2010-12-01 08:00:00'"
DAYS = 374

# Shares and sizes are Online Retail's, rounded: a quarter of the lines are guests', 1.7 % credits,
# 1 % copies; customers, products, baskets, units and prices have long tails. One line in a thousand
# is invalid.
LOG = """
with

orders_drawn as (

    select
        range as order_number,
        uniform('customer', range) as customer_draw,
        uniform('guest', range) < 0.1 as is_guest,
        1 + cast(floor(exponential('lines', range) * {lines_per_order}) as integer) as lines,
        {start} + to_seconds(cast(
            {days} * 86400 * (range + uniform('time', range)) / {orders} as bigint
        )) as ordered_at

    from range({orders})

),

orders as (

    select
        *,
        10000 + cast(floor(power(customer_draw, 2.2) * {customers}) as bigint) as customer_number,
        unnest(range(case when is_guest then 3 * lines else lines end)) as line_number

    from orders_drawn

),

lines_drawn as (

    select
        *,
        1000 * order_number + line_number as line,
        cast(floor(power(uniform('product', 1000 * order_number + line_number), 2.5)
        * {products}) as bigint) as product_number

    from orders

),

lines as (

    select
        line,
        cast(500000 + order_number as varchar) as order_id,
        case
            when uniform('nameless', line) < 0.0005 then null
            when uniform('service', line) < 0.004 then 'POST'
            else cast(20000 + product_number as varchar)
            || case when uniform('letter', product_number) < 0.3 then 'B' else '' end
        end as product_id,
        'PRODUCT ' || product_number as description,
        case
            when uniform('empty', line) < 0.0005 then 0
            when uniform('stock', line) < 0.002 then -1
            else 1
        end * (1 + cast(floor(exponential('units', line)
        * exponential('bulk', line) * 9) as bigint)) as units,
        case
            when uniform('free', line) < 0.004 then 0
            else round(0.3 + exponential('price', product_number) * 3, 2)
        end as unit_price,
        ordered_at,
        case when not is_guest then customer_number end as customer_id,
        case
            when uniform('country', customer_number) < 0.9 then 'United Kingdom' else 'France'
        end as country

    from lines_drawn

),

log as (

    select * from lines

    union all

    -- Copies.
    select * from lines where uniform('copy', line) < 0.01

    union all

    -- Credits, of a part or of more than was bought, up to two months later.
    select
        line,
        'C' || order_id as order_id,
        product_id,
        description,
        -(1 + cast(floor(abs(units) * 1.1 * uniform('part', line)) as bigint)) as units,
        unit_price,
        ordered_at
        + to_seconds(cast(exponential('wait', line) * 10 * 86400 as bigint)) as ordered_at,
        customer_id,
        country

    from lines

    where uniform('credit', line) < 0.017

)

select
    order_id as "InvoiceNo",
    product_id as "StockCode",
    description as "Description",
    units as "Quantity",
    ordered_at as "InvoiceDate",
    cast(unit_price as double) as "UnitPrice",
    cast(customer_id as double) as "CustomerID",
    country as "Country"

from log

where ordered_at < {start} + interval {days} day

order by ordered_at, order_id, line, units
"""


def declare_draws(connection):
    """Give SQL the draws that a shop is made of, as macros of a draw's name and a row's number.

    `uniform(draw, number)` lies between 0 and 1, `exponential(draw, number)` has a mean of 1.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where they are wanted.
    """
    connection.execute(
        f"create temp macro uniform(draw, number) as "
        f"(hash(xor(hash(draw || '{SEED}'), hash(number))) >> 11) / 9007199254740992.0"
    )
    connection.execute(
        "create temp macro exponential(draw, number) as -ln(1 - uniform(draw, number))"
    )


def write(lines, path):
    """Write a shop's log as Parquet.

    Parameters
    ----------
    lines : int
        About how many rows it has.
    path : path
        File to write.
    """
    query = LOG.format(
        lines_per_order=LINES_PER_ORDER,
        orders=round(lines / LINES_PER_ORDER / 1.235),
        customers=max(1, round(lines / LINES_PER_CUSTOMER)),
        products=round(4000 * max(1, lines / 500_000) ** 0.5),
        start=START,
        days=DAYS,
    )
    with duckdb.connect() as connection:
        declare_draws(connection)
        connection.execute(f"copy ({query}) to {literal(path)} (format parquet, compression zstd)")


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
