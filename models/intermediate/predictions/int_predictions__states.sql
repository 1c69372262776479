{{ config(materialized='table') }}

with

features as (

    select * from {{ ref('early_orders_features') }}

),

build_info as (

    select * from {{ ref('build_info') }}

),

horizons as (

    {% for days in var('prediction_horizons') -%}
        select cast({{ days }} as integer) as horizon_days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

placed as (

    select
        features.*,
        horizons.horizon_days,
        horizons.horizon_days - features.days_used as days_left,
        -- The lines are only long once dbt's macros have been written out.
        {{ dbt.dateadd('day', 'horizons.horizon_days', 'features.first_ordered_at') }} as horizon_at, -- noqa: LT05
        build_info.as_of,
        build_info.learned_as_of

    from features

    cross join horizons

    cross join build_info

),

-- The first order alone shows no pace: a third of the horizon stands for it.
paced as (

    select
        *,
        case
            when orders_seen > 1 then cast(days_used as double) / (orders_seen - 1)
            else cast(horizon_days as double) / 3
        end as pace_days

    from placed

    where seen_at < horizon_at

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        orders_seen,
        horizon_days,
        orders_kept,
        net_amount,
        -- What the models learn from.
        {{ log_feature('net_amount') }} as log_value,
        cast(days_left as double) as days_left,
        {{ log_feature('days_left') }} as log_days_left,
        {{ log_feature('pace_days') }} as log_pace,
        {{ log_feature('days_left') }} - {{ log_feature('pace_days') }} as log_left_in_paces,
        bought_again_share,
        ln(cast(orders_seen as double)) as log_orders,
        cast(case when orders_seen > 1 then 1 else 0 end as double) as is_further,
        -- What they may learn from besides.
        {{ log_feature('units') }} as log_units,
        {{ log_feature('products') }} as log_products,
        {{ log_feature('mean_unit_price') }} as log_unit_price,
        cast(units_returned as double) / cast(units as double) as returned_share,
        cast(hour as double) as hour,
        cast(weekday as double) as weekday,
        cast(month as double) as month,

        -- What part of the time that was left has gone by without an order; 0 while learning.
        case
            when is_latest and horizon_at > as_of
                -- The lines are only long once dbt's macros have been written out.
                then
                    cast({{ dbt.datediff('seen_at', 'cast(as_of as timestamp)', 'second') }} as double) -- noqa: LT05
                    / {{ dbt.datediff('seen_at', 'horizon_at', 'second') }}
            else 0.0
        end as silent_share,

        -- booleans
        is_latest,
        horizon_at <= as_of as is_over,
        horizon_at <= learned_as_of as is_learned_from,

        -- timestamps
        first_ordered_at,
        seen_at,
        last_kept_at,
        features_end_at,
        horizon_at

    from paced

)

select * from final
