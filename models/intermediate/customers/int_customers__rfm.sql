with

orders_kept as (

    select * from {{ ref('orders') }}

    where not is_guest and not is_fully_returned

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        {{ dbt.datediff('max(ordered_at)', as_of(), 'day') }} as recency_days,
        count(*) as frequency_orders,
        cast(sum(net_amount) as decimal(28, 7)) as monetary_amount

    from orders_kept

    group by customer_id

)

select * from final
