{{ config(materialized='table') }}

with

views as (

    select * from {{ ref('int_customers__early_views') }}

),

orders as (

    select * from {{ ref('int_orders__of_new_customers') }}

),

order_lines as (

    select * from {{ ref('order_lines') }}

    where not is_guest

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
        order_lines.line_id,
        order_lines.product_id,

        -- text
        order_lines.country,

        -- numbers
        views.orders_seen,
        orders.order_number,
        order_lines.units,
        coalesce(credits_known.units, 0) as units_returned,
        order_lines.gross_amount,
        order_lines.gross_amount - coalesce(credits_known.amount, 0) as net_amount,

        -- booleans
        min(orders.order_number) over (
            partition by views.customer_id, views.orders_seen, order_lines.product_id
        ) < orders.order_number as is_bought_again,

        -- timestamps
        orders.ordered_at,
        greatest(
            orders.ordered_at, coalesce(credits_known.last_credited_at, orders.ordered_at)
        ) as last_used_at

    from views

    inner join orders
        on
            views.customer_id = orders.customer_id
            and views.orders_seen >= orders.order_number

    inner join order_lines
        on
            orders.customer_id = order_lines.customer_id
            and orders.order_id = order_lines.order_id

    left join credits_known
        on
            views.customer_id = credits_known.customer_id
            and views.orders_seen = credits_known.orders_seen
            and order_lines.line_id = credits_known.purchase_line_id

)

select * from final
