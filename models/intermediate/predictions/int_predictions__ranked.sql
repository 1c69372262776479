with

final as (

    select
        tested.*,
        row_number() over (
            partition by
                tested.model, tested.horizon_days, tested.customer_id, tested.orders_seen,
                tested.target
            order by tested.probability desc, segments.segment_order asc
        ) as likelihood_rank

    from {{ ref('int_predictions__tested') }} as tested

    left join {{ ref('int_predictions__segments') }} as segments
        on tested.outcome = segments.segment_key

)

select * from final
