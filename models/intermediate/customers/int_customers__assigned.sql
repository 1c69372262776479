{{ config(materialized='table') }}

with

features as (

    select * from {{ ref('int_customers__features') }}

    where is_present

),

distances as (

    select
        features.customer_id,
        segment_models.segment_key,
        row_number() over (
            partition by features.customer_id
            order by {{ squared_distance('features', 'segment_models') }}, segment_models.segment_rank
        ) as nearness

    from features

    cross join {{ ref('segment_models') }} as segment_models

    where segment_models.is_in_force

),

final as (

    select
        customer_id,
        segment_key

    from distances

    where nearness = 1

)

select * from final
