with

early_orders as (

    select * from {{ ref('int_orders__early') }}

),

orders_asked as (

    select * from {{ ref('int_orders__asked') }}

),

final as (

    select
        -- ids
        orders_asked.customer_id,

        -- text
        orders_asked.fit,

        -- numbers
        orders_asked.order_number,
        orders.category,
        sum(orders.lines) as lines,
        sum(orders.gross_amount) as gross_amount

    from orders_asked

    inner join early_orders as orders_by_then
        on
            orders_asked.customer_id = orders_by_then.customer_id
            and orders_asked.order_number >= orders_by_then.order_number

    inner join {{ ref('int_orders__interests') }} as orders
        on
            orders_by_then.customer_id = orders.customer_id
            and orders_by_then.order_id = orders.order_id
            and orders_asked.fit = orders.fit

    group by
        orders_asked.customer_id,
        orders_asked.fit,
        orders_asked.order_number,
        orders.category

)

select * from final
