with

views as (

    select * from {{ ref('int_customers__early_views') }}

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
        views.*,
        horizons.horizon_days,
        -- The line is only long once dbt's macro has been written out.
        {{ dbt.dateadd('day', 'horizons.horizon_days', 'views.first_ordered_at') }} as horizon_at, -- noqa: LT05
        build_info.as_of,
        build_info.learned_as_of

    from views

    cross join horizons

    cross join build_info

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        orders_seen,
        horizon_days,
        horizon_days - days_used as days_left,
        -- The first order alone shows no pace: a third of the horizon stands for it.
        case
            when orders_seen > 1 then cast(days_used as double) / (orders_seen - 1)
            else cast(horizon_days as double) / 3
        end as pace_days,
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
        is_latest and horizon_at > as_of as is_present,
        horizon_at <= as_of as is_over,
        horizon_at <= learned_as_of as is_learned_from,

        -- timestamps
        horizon_at

    from placed

    where seen_at < horizon_at

)

select * from final
