{{ config(materialized='table') }}

with

features as (

    select * from {{ ref('int_predictions__features') }}

    where
        orders_seen in ({{ var('prediction_orders') | join(', ') }})
        and {{ is_drawn('customer_id') }}

),

outcomes as (

    select * from {{ ref('int_customers__segments_at_horizon') }}

),

splits as (

    select * from {{ ref('int_predictions__splits') }}

),

-- A horizon without customers to test on is not learned either.
final as (

    select
        features.*,

        -- the answers
        outcomes.segment_key as answer_segment,
        outcomes.orders > features.orders_seen as answer_buys_again,
        cast(outcomes.monetary_amount as double) as answer_value,

        -- what they are for
        case
            when features.horizon_at < splits.first_test_at then 'train'
            when features.first_ordered_at >= splits.first_test_at then 'test'
            else 'between'
        end as part,
        features.seen_at as label_starts_at,
        outcomes.horizon_at as label_ends_at

    from features

    inner join outcomes
        on
            features.customer_id = outcomes.customer_id
            and features.horizon_days = outcomes.horizon_days

    inner join splits
        on features.horizon_days = splits.horizon_days

)

select * from final
