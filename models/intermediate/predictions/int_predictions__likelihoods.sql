with

final as (

    select
        -- ids
        scored.customer_id,
        scored.outcome as segment_key,

        -- numbers
        scored.horizon_days,
        scored.orders_seen,
        scored.probability,
        row_number() over (
            partition by scored.customer_id, scored.horizon_days
            order by scored.probability desc, segments.segment_order asc
        ) as likelihood_rank,

        -- dates
        segments.fitted_on as segments_fitted_on

    from {{ ref('int_predictions__scored') }} as scored

    inner join {{ ref('int_predictions__segments') }} as segments
        on scored.outcome = segments.segment_key

    where scored.target = 'segment'

)

select * from final
