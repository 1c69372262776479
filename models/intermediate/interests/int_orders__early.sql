with

orders as (

    select
        customer_id,
        order_id,
        ordered_at,
        row_number() over (
            partition by customer_id order by ordered_at, order_id
        ) as order_number,
        lead(order_id) over (
            partition by customer_id order by ordered_at, order_id
        ) as next_order_id,
        lead(ordered_at) over (
            partition by customer_id order by ordered_at, order_id
        ) as next_ordered_at,
        min(ordered_at) over (partition by customer_id) as first_ordered_at

    from {{ ref('orders') }}

    where not is_guest

),

final as (

    select * from orders

    where order_number <= 3

)

select * from final
