with

measured as (

    select * from {{ ref('int_predictions__importance') }}

),

final as (

    select
        -- text
        cast(target as string) as target,
        cast(measure as string) as measure,
        cast(inputs as string) as inputs,

        -- numbers
        cast(horizon_days as integer) as horizon_days,
        cast(importance as double) as importance,
        cast(low as double) as low,
        cast(high as double) as high,
        cast(test_cases as bigint) as test_cases

    from measured

)

select * from final
