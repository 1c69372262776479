{{ config(materialized='table') }}

with

outcomes as (

    select
        *,
        -- The line is only long once dbt's macro has been written out.
        {{ log_feature(dbt.datediff('last_kept_at', 'horizon_at', 'day')) }} as log_recency, -- noqa: LT05
        {{ log_feature('frequency_orders') }} as log_frequency,
        {{ log_feature('monetary_amount') }} as log_monetary

    from {{ ref('int_customers__outcomes') }}

),

-- By the model in force, so that the answer speaks of the segments that exist today.
distances as (

    select
        outcomes.customer_id,
        outcomes.horizon_days,
        segment_models.segment_key,
        row_number() over (
            partition by outcomes.customer_id, outcomes.horizon_days
            order by
                {{ squared_distance('outcomes', 'segment_models') }},
                segment_models.segment_rank
        ) as nearness

    from outcomes

    cross join {{ ref('segment_models') }} as segment_models

    where segment_models.is_in_force and outcomes.frequency_orders > 0

),

final as (

    select
        -- ids
        outcomes.customer_id,
        coalesce(distances.segment_key, 'kept_nothing') as segment_key,

        -- numbers
        outcomes.horizon_days,
        outcomes.orders,
        outcomes.monetary_amount,

        -- timestamps
        outcomes.horizon_at

    from outcomes

    left join distances
        on
            outcomes.customer_id = distances.customer_id
            and outcomes.horizon_days = distances.horizon_days
            and distances.nearness = 1

)

select * from final
