{{ config(materialized='table') }}

with

answered as (

    select * from {{ ref('int_predictions__answered') }}

),

-- Enough to learn from and to test on: a horizon takes no longer in a larger log.
drawn as (

    select
        customer_id,
        horizon_days,
        {{ is_sampled_case('horizon_days') }} as is_sampled

    from answered

    group by customer_id, horizon_days, part

),

final as (

    select answered.*

    from answered

    inner join drawn
        on
            answered.customer_id = drawn.customer_id
            and answered.horizon_days = drawn.horizon_days

    where drawn.is_sampled

)

select * from final
