-- From the published centres alone, plain SQL puts every customer where the Python model did.
with

distances as (

    select
        features.customer_id,
        segment_models.segment_key,
        segment_models.segment_rank,
        {{ squared_distance('features', 'segment_models') }} as squared_distance

    from {{ ref('int_customers__features') }} as features

    cross join {{ ref('segment_models') }} as segment_models

    where features.is_present and segment_models.is_in_force

),

nearest as (

    select
        customer_id,
        segment_key,
        row_number() over (
            partition by customer_id order by squared_distance, segment_rank
        ) as nearness

    from distances

)

select
    nearest.customer_id,
    nearest.segment_key,
    customers_assigned.segment_key as python_segment_key

from nearest

full outer join {{ ref('int_customers__assigned') }} as customers_assigned
    on nearest.customer_id = customers_assigned.customer_id

where
    coalesce(nearest.nearness, 1) = 1
    and coalesce(nearest.segment_key, '') != coalesce(customers_assigned.segment_key, '')
