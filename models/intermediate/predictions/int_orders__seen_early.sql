with

views as (

    select * from {{ ref('int_customers__early_views') }}

),

orders as (

    select * from {{ ref('int_orders__of_new_customers') }}

),

credits_known as (

    select
        views.customer_id,
        views.orders_seen,
        given_back.order_id,
        sum(given_back.units) as units,
        sum(given_back.amount) as amount,
        max(given_back.credited_at) as last_credited_at

    from views

    inner join {{ ref('int_orders__given_back') }} as given_back
        on
            views.customer_id = given_back.customer_id
            and views.seen_at >= given_back.credited_at

    group by views.customer_id, views.orders_seen, given_back.order_id

),

final as (

    select
        -- ids
        views.customer_id,
        orders.order_id,

        -- text
        orders.country,

        -- numbers
        views.orders_seen,
        orders.order_number,
        orders.lines,
        orders.units,
        coalesce(credits_known.units, 0) as units_returned,
        orders.gross_amount,
        orders.gross_amount - coalesce(credits_known.amount, 0) as net_amount,

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

    left join credits_known
        on
            views.customer_id = credits_known.customer_id
            and views.orders_seen = credits_known.orders_seen
            and orders.order_id = credits_known.order_id

)

select * from final
