with

order_lines as (

    select
        order_id,
        gross_amount,
        {{ price_band('unit_price', 1) }} as price_band

    from {{ ref('order_lines') }}

    where not is_guest

),

early_orders as (

    select * from {{ ref('int_orders__early') }} as orders

    where orders.customer_id in (
        select cases.customer_id from {{ ref('int_interests__cases') }} as cases
    )

),

final as (

    select
        early_orders.customer_id,
        early_orders.order_number,
        order_lines.price_band,
        cast(sum(order_lines.gross_amount) as double) as gross_amount

    from early_orders

    inner join early_orders as orders_by_then
        on
            early_orders.customer_id = orders_by_then.customer_id
            and early_orders.order_number >= orders_by_then.order_number

    inner join order_lines
        on orders_by_then.order_id = order_lines.order_id

    group by early_orders.customer_id, early_orders.order_number, order_lines.price_band

)

select * from final
