with

orders_kept as (

    select
        orders.customer_id,
        orders.net_amount,
        orders.ordered_at,
        build_info.as_of

    from {{ ref('orders') }} as orders

    cross join {{ ref('build_info') }} as build_info

    where not orders.is_guest and not orders.is_fully_returned

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        {{ dbt.datediff('max(ordered_at)', 'as_of', 'day') }} as recency_days,
        count(*) as frequency_orders,
        cast(sum(net_amount) as decimal(28, 7)) as monetary_amount

    from orders_kept

    group by customer_id, as_of

)

select * from final
