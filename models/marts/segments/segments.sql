with

customer_segments as (

    select * from {{ ref('customer_segments') }}

),

summed as (

    select
        segment_key,
        count(*) as customers,
        sum(monetary_amount) as net_amount,
        percentile_cont(0.5) within group (order by recency_days) as median_recency_days,
        percentile_cont(0.5) within group (order by frequency_orders)
            as median_frequency_orders,
        percentile_cont(0.5) within group (order by monetary_amount)
            as median_monetary_amount

    from customer_segments

    group by segment_key

),

totals as (

    select
        sum(customers) as customers,
        nullif(sum(net_amount), 0) as net_amount

    from summed

),

final as (

    select
        -- ids
        summed.segment_key,

        -- text
        segment_playbook.segment_name,
        segment_playbook.description,
        segment_playbook.strategy,

        -- numbers
        segment_models.segment_rank,
        summed.customers,
        cast(summed.net_amount as decimal(28, 7)) as net_amount,
        cast(summed.customers as double) / totals.customers as customer_share,
        cast(summed.net_amount as double) / cast(totals.net_amount as double) as revenue_share,
        cast(summed.median_recency_days as double) as median_recency_days,
        cast(summed.median_frequency_orders as double) as median_frequency_orders,
        cast(summed.median_monetary_amount as double) as median_monetary_amount

    from summed

    cross join totals

    left join {{ ref('segment_models') }} as segment_models
        on summed.segment_key = segment_models.segment_key and segment_models.is_in_force

    left join {{ ref('segment_playbook') }} as segment_playbook
        on summed.segment_key = segment_playbook.segment_key

)

select * from final
