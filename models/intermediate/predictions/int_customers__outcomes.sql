{{ config(materialized='table') }}

with

orders as (

    select * from {{ ref('int_orders__at_horizons') }}

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        horizon_days,
        count(*) as orders,
        sum(case when is_kept then 1 else 0 end) as frequency_orders,
        cast(sum(net_amount) as decimal(28, 7)) as monetary_amount,

        -- timestamps
        max(case when is_kept then ordered_at end) as last_kept_at,
        horizon_at

    from orders

    group by customer_id, horizon_days, horizon_at

)

select * from final
