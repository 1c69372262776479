with

measured as (

    select * from {{ ref('int_interests__measured') }}

),

final as (

    select
        -- text
        cast(model as string) as model,
        cast(question as string) as question,
        cast(metric as string) as metric,
        case
            when advantage_low > 0 then 'better'
            when advantage_high < 0 then 'worse'
            when advantage is not null then 'no difference told'
        end as comparison,

        -- numbers
        cast(orders_seen as integer) as orders_seen,
        cast(metric_value as double) as metric_value,
        cast(low as double) as low,
        cast(high as double) as high,
        cast(advantage as double) as advantage,
        cast(advantage_low as double) as advantage_low,
        cast(advantage_high as double) as advantage_high,
        cast(test_customers as bigint) as test_customers

    from measured

)

select * from final
