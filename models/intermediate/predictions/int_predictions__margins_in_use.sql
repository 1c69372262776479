{{ config(materialized='table') }}

with

margins as (

    select * from {{ ref('int_predictions__margins') }}

),

told as (

    select * from {{ ref('int_predictions__measured') }}

    where
        model = 'prediction'
        and target = 'segment'
        and metric = 'told_accuracy'

),

final as (

    select
        -- numbers
        margins.horizon_days,
        margins.orders_seen as orders_from,
        lead(margins.orders_seen) over (
            partition by margins.horizon_days order by margins.orders_seen
        ) - 1 as orders_until,
        -- What training promised is not told where the customers who came later say otherwise.
        case
            when told.high < {{ var('min_told_accuracy') }} then cast(1 as double)
            else margins.margin
        end as margin

    from margins

    left join told
        on
            margins.horizon_days = told.horizon_days
            and margins.orders_seen = told.orders_seen

)

select * from final
