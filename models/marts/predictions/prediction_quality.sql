with

measured as (

    select * from {{ ref('int_predictions__measured') }}

),

segment_model_in_force as (

    select max(fitted_on) as fitted_on from {{ ref('int_predictions__segments') }}

),

final as (

    select
        -- text
        cast(measured.model as string) as model,
        cast(measured.target as string) as target,
        cast(measured.metric as string) as metric,
        case
            when measured.advantage_low > 0 then 'better'
            when measured.advantage_high < 0 then 'worse'
            when measured.advantage is not null then 'no difference told'
        end as comparison,

        -- numbers
        cast(measured.orders_seen as integer) as orders_seen,
        cast(measured.horizon_days as integer) as horizon_days,
        cast(measured.metric_value as double) as metric_value,
        cast(measured.low as double) as low,
        cast(measured.high as double) as high,
        cast(measured.advantage as double) as advantage,
        cast(measured.advantage_low as double) as advantage_low,
        cast(measured.advantage_high as double) as advantage_high,
        cast(measured.test_customers as bigint) as test_customers,

        -- dates
        cast(segment_model_in_force.fitted_on as date) as segments_fitted_on

    from measured

    cross join segment_model_in_force

    -- A measure that the test customers leave undefined, such as an AUC of cases all alike.
    where measured.metric_value is not null

)

select * from final
