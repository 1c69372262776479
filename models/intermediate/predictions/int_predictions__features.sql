{{ config(materialized='table') }}

with

states as (

    select * from {{ ref('int_predictions__states') }}

),

imagined as (

    select
        *,
        row_number() over (
            partition by customer_id, orders_seen, horizon_days, future
            order by squared_distance, segment_rank
        ) as nearness

    from {{ ref('int_predictions__imagined') }}

),

futures_summed_to_state as (

    select
        customer_id,
        orders_seen,
        horizon_days,
        max(case when future = 'nothing_more' and nearness = 1 then segment_key end)
            as segment_if_nothing_more
        {%- for rank in range(1, var('segment_count') + 1) %},
            max(
                case
                    when future = 'one_more' and segment_rank = {{ rank }} then squared_distance
                end
            ) as distance_to_{{ rank }}
        {%- endfor %}

    from imagined

    group by customer_id, orders_seen, horizon_days

),

final as (

    select
        states.*,
        coalesce(futures.segment_if_nothing_more, 'kept_nothing') as segment_if_nothing_more
        {%- for rank in range(1, var('segment_count') + 1) %},
            coalesce(futures.distance_to_{{ rank }}, 0) as distance_to_{{ rank }}
        {%- endfor %}

    from states

    left join futures_summed_to_state as futures
        on
            states.customer_id = futures.customer_id
            and states.orders_seen = futures.orders_seen
            and states.horizon_days = futures.horizon_days

)

select * from final
