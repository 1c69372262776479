with

horizons as (

    select distinct
        customer_id,
        horizon_days,
        horizon_at

    from {{ ref('int_predictions__states') }}

    where is_learned_from

),

credits_by_then as (

    select
        horizons.customer_id,
        horizons.horizon_days,
        given_back.order_id,
        sum(given_back.units) as units,
        sum(given_back.amount) as amount

    from horizons

    inner join {{ ref('int_orders__given_back') }} as given_back
        on
            horizons.customer_id = given_back.customer_id
            and horizons.horizon_at > given_back.credited_at

    group by horizons.customer_id, horizons.horizon_days, given_back.order_id

),

final as (

    select
        -- ids
        horizons.customer_id,
        orders.order_id,

        -- numbers
        horizons.horizon_days,
        orders.gross_amount - coalesce(credits.amount, 0) as net_amount,

        -- booleans
        orders.units > coalesce(credits.units, 0) as is_kept,

        -- timestamps
        orders.ordered_at,
        horizons.horizon_at

    from horizons

    inner join {{ ref('int_orders__of_new_customers') }} as orders
        on
            horizons.customer_id = orders.customer_id
            and horizons.horizon_at > orders.ordered_at

    left join credits_by_then as credits
        on
            horizons.customer_id = credits.customer_id
            and horizons.horizon_days = credits.horizon_days
            and orders.order_id = credits.order_id

)

select * from final
