with

states as (

    select * from {{ ref('int_predictions__states') }}

),

-- At the horizon, if nothing more is bought.
nothing_more as (

    select
        customer_id,
        orders_seen,
        horizon_days,
        'nothing_more' as future,
        -- The line is only long once dbt's macro has been written out.
        {{ log_feature(dbt.datediff('last_kept_at', 'horizon_at', 'day')) }} as log_recency, -- noqa: LT05
        {{ log_feature('orders_kept') }} as log_frequency,
        {{ log_feature('net_amount') }} as log_monetary

    from states

    where orders_kept > 0

),

-- After one more order of the customer's mean value, half way there.
one_more as (

    select
        customer_id,
        orders_seen,
        horizon_days,
        'one_more' as future,
        {{ log_feature('days_left / 2') }} as log_recency,
        {{ log_feature('orders_kept + 1') }} as log_frequency,
        {{ log_feature(
            'cast(net_amount * (orders_seen + 1) as double) / orders_seen'
        ) }} as log_monetary

    from states

),

futures as (

    select * from nothing_more

    union all

    select * from one_more

),

final as (

    select
        futures.customer_id,
        segment_models.segment_key,
        futures.future,
        futures.orders_seen,
        futures.horizon_days,
        segment_models.segment_rank,
        {{ squared_distance('futures', 'segment_models') }} as squared_distance

    from futures

    cross join {{ ref('segment_models') }} as segment_models

    where segment_models.is_in_force

)

select * from final
