with

segment_models as (

    select * from {{ ref('segment_models') }}

    where is_in_force

),

final as (

    select
        segment_key,
        segment_rank as segment_order

    from segment_models

    union all

    select
        'kept_nothing' as segment_key,
        1 + (select count(*) from segment_models) as segment_order

)

select * from final
