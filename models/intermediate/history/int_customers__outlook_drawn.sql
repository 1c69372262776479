with

customers as (

    select * from {{ ref('int_customers__outlook') }}

),

-- Sums of decimals, because a sum of floating points depends on their order.
measured as (

    select
        *,
        count(*) over (partition by segment_key) as customers,
        sum(cast(next_net_amount as decimal(28, 7))) over (partition by segment_key) as net_amount,
        sum(case when has_ordered_again then 1 else 0 end) over (
            partition by segment_key
        ) as repeaters,
        {{ is_sampled('customer_id', var('evaluation_customers'), 'segment_key') }} as is_sampled

    from customers

),

final as (

    select
        -- ids
        customer_id,
        segment_key,

        -- numbers
        next_net_amount,
        customers,
        cast(net_amount as double) / customers as mean_net_amount,
        cast(repeaters as double) / customers as repeat_rate,

        -- booleans
        has_ordered_again

    from measured

    where is_sampled

)

select * from final
