{{ config(materialized='table') }}

{%- set ranks = range(1, var('segment_count') + 1) %}

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
        {% for rank in ranks -%}
            max(
                case
                    when future = 'one_more' and segment_rank = {{ rank }} then squared_distance
                end
            ) as distance_to_{{ rank }},
        {% endfor -%}
        max(case when future = 'nothing_more' and nearness = 1 then segment_key end)
            as segment_if_nothing_more

    from imagined

    group by customer_id, orders_seen, horizon_days

),

final as (

    select
        states.*,
        {% for rank in ranks -%}
            coalesce(futures.distance_to_{{ rank }}, 0) as distance_to_{{ rank }},
        {% endfor -%}
        coalesce(futures.segment_if_nothing_more, 'kept_nothing') as segment_if_nothing_more

    from states

    left join futures_summed_to_state as futures
        on
            states.customer_id = futures.customer_id
            and states.orders_seen = futures.orders_seen
            and states.horizon_days = futures.horizon_days

)

select * from final
