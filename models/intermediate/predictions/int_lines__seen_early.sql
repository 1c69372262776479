{{ config(materialized='table') }}

with

views as (

    select * from {{ ref('int_customers__early_views') }}

),

orders as (

    select * from {{ ref('int_orders__of_new_customers') }}

),

-- Views see orders from the first on, so that what is bought again is so in all that see it.
lines as (

    select
        orders.customer_id,
        order_lines.line_id,
        order_lines.product_id,
        order_lines.country,
        orders.order_number,
        order_lines.units,
        order_lines.gross_amount,
        min(orders.order_number) over (
            partition by orders.customer_id, order_lines.product_id
        ) < orders.order_number as is_bought_again,
        orders.ordered_at

    from {{ ref('order_lines') }} as order_lines

    inner join orders
        on
            order_lines.customer_id = orders.customer_id
            and order_lines.order_id = orders.order_id

    where not order_lines.is_guest

),

credits_known as (

    select
        views.customer_id,
        views.orders_seen,
        returns.purchase_line_id,
        sum(returns.units) as units,
        sum(returns.amount) as amount,
        max(returns.credited_at) as last_credited_at

    from views

    inner join {{ ref('returns') }} as returns
        on
            views.customer_id = returns.customer_id
            and views.seen_at >= returns.credited_at

    where returns.purchase_line_id is not null

    group by views.customer_id, views.orders_seen, returns.purchase_line_id

),

final as (

    select
        -- ids
        views.customer_id,
        lines.line_id,
        lines.product_id,

        -- text
        lines.country,

        -- numbers
        views.orders_seen,
        lines.order_number,
        lines.units,
        coalesce(credits_known.units, 0) as units_returned,
        lines.gross_amount,
        lines.gross_amount - coalesce(credits_known.amount, 0) as net_amount,

        -- booleans
        lines.is_bought_again,

        -- timestamps
        lines.ordered_at,
        greatest(
            lines.ordered_at, coalesce(credits_known.last_credited_at, lines.ordered_at)
        ) as last_used_at

    from views

    inner join lines
        on
            views.customer_id = lines.customer_id
            and views.orders_seen >= lines.order_number

    left join credits_known
        on
            views.customer_id = credits_known.customer_id
            and views.orders_seen = credits_known.orders_seen
            and lines.line_id = credits_known.purchase_line_id

)

select * from final
