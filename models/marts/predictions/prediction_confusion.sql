with

tested as (

    select * from {{ ref('int_predictions__ranked') }}

    where target = 'segment'

),

cases as (

    select
        model,
        horizon_days,
        orders_seen,
        customer_id,
        max(case when is_true then outcome end) as segment_key,
        max(case when likelihood_rank = 1 then outcome end) as predicted_segment_key

    from tested

    group by model, horizon_days, orders_seen, customer_id

),

final as (

    select
        -- ids
        cast(segment_key as string) as segment_key,
        cast(predicted_segment_key as string) as predicted_segment_key,

        -- text
        cast(model as string) as model,

        -- numbers
        cast(horizon_days as integer) as horizon_days,
        cast(orders_seen as integer) as orders_seen,
        count(*) as customers

    from cases

    group by model, horizon_days, orders_seen, segment_key, predicted_segment_key

)

select * from final
