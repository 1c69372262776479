-- The five tables as a good analyst would write them for this log alone: types are as they should
-- be, prices are whole pennies, lines are numbered as they come, and nothing is checked twice.
set preserve_insertion_order = false;

create temp view log as
select
    file_row_number as line_id,
    InvoiceNo as order_id,
    StockCode as product_id,
    cast(CustomerID as bigint) as customer_id,
    Description as description,
    Country as country,
    cast(Quantity as integer) as units,
    cast(UnitPrice as decimal(8, 2)) as unit_price,
    InvoiceDate as ordered_at,
    hash(
        InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
    ) as content
from read_parquet(getvariable('log'), file_row_number = true);

create temp table copies as
select
    line_id,
    row_number() over (
        partition by
            order_id, product_id, description, units, ordered_at, unit_price, customer_id, country
        order by line_id
    ) > 1 as is_copy
from log
where content in (select content from log group by content having count(*) > 1);

create temp table services as
select distinct products.product_id
from (select distinct product_id from log) as products
inner join read_csv(getvariable('service_codes')) as codes
    on
        products.product_id = codes.code
        or (codes.is_prefix and starts_with(products.product_id, codes.code));

create table source_lines as
select
    log.line_id,
    log.order_id,
    log.product_id,
    log.customer_id,
    case
        when
            log.order_id is null
            or log.product_id is null
            or log.units is null
            or log.unit_price is null
            or log.ordered_at is null
            or log.units = 0
            or abs(log.units) > 1000000
            or (log.unit_price < 0 and services.product_id is null)
            or (log.order_id like 'C%' and log.units > 0)
            then 'invalid'
        when copies.is_copy then 'duplicate'
        when log.order_id like 'C%' then 'return'
        when log.units < 0 then 'stock_adjustment'
        when services.product_id is not null then 'service'
        when log.unit_price = 0 then 'zero_price'
        else 'sale'
    end as verdict,
    log.description,
    log.country,
    log.units,
    log.unit_price,
    log.units * log.unit_price as amount,
    log.ordered_at
from log
left join copies
    on log.line_id = copies.line_id
left join services
    on log.product_id = services.product_id;

-- A customer's purchases of a product lie on a pile; each credit takes from the top of it.
create temp table steps as
select
    source_lines.line_id,
    source_lines.customer_id,
    source_lines.product_id,
    source_lines.units,
    source_lines.unit_price,
    cast(sum(units) over pile as integer) as balance,
    row_number() over pile as step
from source_lines
semi join (
    select
        customer_id,
        product_id
    from source_lines
    where verdict = 'return' and customer_id is not null
) as piles
    on
        source_lines.customer_id = piles.customer_id
        and source_lines.product_id = piles.product_id
where verdict in ('sale', 'service', 'zero_price', 'return')
window pile as (
    partition by customer_id, product_id
    order by ordered_at, verdict = 'return', order_id, units, unit_price, line_id
    rows unbounded preceding
);

-- Piles are low, so that every later credit can be held against every purchase: it takes what lies
-- between where it ends and the lowest end before it.
create temp table matches as
with
pieces as (
    select
        credits.line_id as credit_line_id,
        purchases.line_id as purchase_line_id,
        purchases.unit_price,
        least(
            purchases.balance,
            min(credits.balance) over (
                partition by purchases.line_id order by credits.step
                rows between unbounded preceding and 1 preceding
            )
        ) - greatest(purchases.balance - purchases.units, credits.balance) as units
    from steps as purchases
    inner join steps as credits
        on
            purchases.customer_id = credits.customer_id
            and purchases.product_id = credits.product_id
            and purchases.step < credits.step
    where purchases.units > 0 and credits.units < 0
)

select
    credit_line_id,
    purchase_line_id,
    units,
    units * unit_price as amount
from pieces
where units > 0;

create table returns as
select
    matches.credit_line_id,
    matches.purchase_line_id,
    lines.customer_id,
    lines.product_id,
    matches.units,
    matches.amount,
    lines.ordered_at as credited_at
from matches
inner join source_lines as lines
    on matches.credit_line_id = lines.line_id
union all
select
    lines.line_id,
    null,
    lines.customer_id,
    lines.product_id,
    -lines.units - coalesce(matched.units, 0),
    (-lines.units - coalesce(matched.units, 0)) * lines.unit_price,
    lines.ordered_at
from source_lines as lines
left join (
    select
        credit_line_id,
        cast(sum(units) as integer) as units
    from matches
    group by credit_line_id
) as matched
    on lines.line_id = matched.credit_line_id
where lines.verdict = 'return' and -lines.units > coalesce(matched.units, 0);

create table order_lines as
select
    lines.line_id,
    lines.order_id,
    lines.customer_id,
    lines.product_id,
    lines.country,
    lines.units,
    coalesce(returned.units, 0) as units_returned,
    lines.unit_price,
    lines.amount as gross_amount,
    cast(lines.amount - coalesce(returned.amount, 0) as decimal(18, 2)) as net_amount,
    lines.ordered_at,
    returned.last_returned_at
from source_lines as lines
left join (
    select
        purchase_line_id,
        cast(sum(units) as integer) as units,
        cast(sum(amount) as decimal(18, 2)) as amount,
        max(credited_at) as last_returned_at
    from returns
    group by purchase_line_id
) as returned
    on lines.line_id = returned.purchase_line_id
where lines.verdict = 'sale';

create table orders as
select
    order_id,
    customer_id,
    min(country) as country,
    count(*) as lines,
    count(distinct product_id) as products,
    sum(units) as units,
    sum(units_returned) as units_returned,
    sum(gross_amount) as gross_amount,
    sum(net_amount) as net_amount,
    sum(units) = sum(units_returned) as is_fully_returned,
    min(ordered_at) as ordered_at,
    max(last_returned_at) as last_returned_at
from order_lines
group by order_id, customer_id;

create table customer_rfm as
with
customers as (
    select
        customer_id,
        date_diff(
            'day', max(ordered_at), (select max(cast(ordered_at as date)) + 1 from source_lines)
        ) as recency_days,
        count(*) as frequency_orders,
        sum(net_amount) as monetary_amount
    from orders
    where customer_id is not null and not is_fully_returned
    group by customer_id
)

select
    *,
    1 + 5 * (rank() over (order by recency_days desc) - 1) // count(*) over () as recency_score,
    1 + 5 * (rank() over (order by frequency_orders) - 1) // count(*) over () as frequency_score,
    1 + 5 * (rank() over (order by monetary_amount) - 1) // count(*) over () as monetary_score
from customers;
