with

-- Of the segments the likeliest one, of yes or no the yes.
answers as (

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

),

binned as (

    select
        *,
        least(floor(10 * probability), 9) as bin

    from answers

    where likelihood_rank = 1

),

final as (

    select
        -- text
        cast(model as string) as model,
        cast(target as string) as target,

        -- numbers
        cast(horizon_days as integer) as horizon_days,
        cast(orders_seen as integer) as orders_seen,
        cast(bin / 10 as double) as probability_from,
        cast((bin + 1) / 10 as double) as probability_to,
        -- Decimals add up to the same sum in any order.
        cast(avg(cast(probability as decimal(18, 9))) as double) as mean_probability,
        cast(avg(case when is_true then 1.0 else 0.0 end) as double) as share_true,
        count(*) as customers

    from binned

    group by model, target, horizon_days, orders_seen, bin

)

select * from final
