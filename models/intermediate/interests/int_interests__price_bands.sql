with

order_lines as (

    select
        customer_id,
        order_id,
        gross_amount,
        {{ price_band('unit_price', 1) }} as price_band

    from {{ ref('order_lines') }}

    where not is_guest

),

orders_drawn as (

    select distinct
        customer_id,
        order_number

    from {{ ref('int_interests__cases') }}

),

final as (

    select
        orders_drawn.customer_id,
        orders_drawn.order_number,
        order_lines.price_band,
        cast(sum(order_lines.gross_amount) as double) as gross_amount

    from orders_drawn

    inner join {{ ref('int_orders__early') }} as orders_by_then
        on
            orders_drawn.customer_id = orders_by_then.customer_id
            and orders_drawn.order_number >= orders_by_then.order_number

    inner join order_lines
        on
            orders_by_then.customer_id = order_lines.customer_id
            and orders_by_then.order_id = order_lines.order_id

    group by
        orders_drawn.customer_id,
        orders_drawn.order_number,
        order_lines.price_band

)

select * from final
