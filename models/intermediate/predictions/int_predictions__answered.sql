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
        -- ids
        features.customer_id,

        -- what the models learn from
        features.orders_seen,
        features.horizon_days,
        features.net_amount,
        features.log_value,
        features.days_left,
        features.log_days_left,
        features.log_pace,
        features.log_left_in_paces,
        features.bought_again_share,
        features.log_orders,
        features.is_further,
        features.log_units,
        features.log_products,
        features.log_unit_price,
        features.returned_share,
        features.hour,
        features.weekday,
        features.month,
        features.silent_share,
        features.segment_if_nothing_more,
        {% for rank in range(1, var('segment_count') + 1) -%}
            features.distance_to_{{ rank }},
        {% endfor %}
        -- timestamps
        features.first_ordered_at,
        features.features_end_at,

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
