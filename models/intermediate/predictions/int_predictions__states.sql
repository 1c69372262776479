{{ config(materialized='table') }}

with

features as (

    select * from {{ ref('early_orders_features') }}

),

time_left as (

    select * from {{ ref('int_predictions__time_left') }}

),

kept as (

    select * from {{ ref('int_predictions__kept') }}

),

final as (

    select
        -- ids
        features.customer_id,

        -- numbers
        features.orders_seen,
        time_left.horizon_days,
        kept.orders_kept,
        kept.net_amount,
        -- What the models learn from.
        {{ log_feature('kept.net_amount') }} as log_value,
        cast(time_left.days_left as double) as days_left,
        {{ log_feature('time_left.days_left') }} as log_days_left,
        {{ log_feature('time_left.pace_days') }} as log_pace,
        {{ log_feature('time_left.days_left') }} - {{ log_feature('time_left.pace_days') }}
            as log_left_in_paces,
        features.bought_again_share,
        ln(cast(features.orders_seen as double)) as log_orders,
        cast(case when features.orders_seen > 1 then 1 else 0 end as double) as is_further,
        -- What they may learn from besides.
        {{ log_feature('features.units') }} as log_units,
        {{ log_feature('features.products') }} as log_products,
        {{ log_feature('features.mean_unit_price') }} as log_unit_price,
        cast(features.units_returned as double) / cast(features.units as double)
            as returned_share,
        cast(features.hour as double) as hour,
        cast(features.weekday as double) as weekday,
        cast(features.month as double) as month,
        time_left.silent_share,

        -- booleans
        features.is_latest,
        time_left.is_over,
        time_left.is_learned_from,

        -- timestamps
        features.first_ordered_at,
        features.seen_at,
        kept.last_kept_at,
        features.features_end_at,
        time_left.horizon_at

    from features

    inner join time_left
        on
            features.customer_id = time_left.customer_id
            and features.orders_seen = time_left.orders_seen

    inner join kept
        on
            features.customer_id = kept.customer_id
            and features.orders_seen = kept.orders_seen
            and time_left.is_present = kept.is_present

)

select * from final
