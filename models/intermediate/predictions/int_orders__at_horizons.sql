with

horizons as (

    select distinct
        customer_id,
        horizon_days,
        horizon_at

    from {{ ref('int_predictions__states') }}

    where is_over

),

orders_by_then as (

    select
        horizons.customer_id,
        horizons.horizon_days,
        horizons.horizon_at,
        orders.order_id,
        orders.ordered_at

    from horizons

    inner join {{ ref('int_orders__of_new_customers') }} as orders
        on
            horizons.customer_id = orders.customer_id
            and horizons.horizon_at > orders.ordered_at

),

credits_by_then as (

    select
        horizons.customer_id,
        horizons.horizon_days,
        returns.purchase_line_id,
        sum(returns.units) as units,
        sum(returns.amount) as amount

    from horizons

    inner join {{ ref('returns') }} as returns
        on
            horizons.customer_id = returns.customer_id
            and horizons.horizon_at > returns.credited_at

    where returns.purchase_line_id is not null

    group by horizons.customer_id, horizons.horizon_days, returns.purchase_line_id

),

final as (

    select
        -- ids
        orders.customer_id,
        orders.order_id,

        -- numbers
        orders.horizon_days,
        sum(order_lines.gross_amount - coalesce(credits.amount, 0)) as net_amount,

        -- booleans
        sum(order_lines.units) > sum(coalesce(credits.units, 0)) as is_kept,

        -- timestamps
        orders.ordered_at,
        orders.horizon_at

    from orders_by_then as orders

    inner join {{ ref('order_lines') }} as order_lines
        on
            orders.customer_id = order_lines.customer_id
            and orders.order_id = order_lines.order_id

    left join credits_by_then as credits
        on
            orders.customer_id = credits.customer_id
            and orders.horizon_days = credits.horizon_days
            and order_lines.line_id = credits.purchase_line_id

    group by
        orders.customer_id,
        orders.horizon_days,
        orders.horizon_at,
        orders.order_id,
        orders.ordered_at

)

select * from final
