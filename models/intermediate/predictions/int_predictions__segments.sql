with

segment_models as (

    select * from {{ ref('segment_models') }}

    where is_in_force

),

final as (

    select
        segment_key,
        segment_rank as segment_order,
        fitted_on

    from segment_models

    union all

    select
        'kept_nothing' as segment_key,
        1 + count(*) as segment_order,
        max(fitted_on) as fitted_on

    from segment_models

)

select * from final
