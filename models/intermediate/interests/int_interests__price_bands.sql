with

order_lines as (

    select
        order_id,
        gross_amount,
        {{ price_band('unit_price', 1) }} as price_band

    from {{ ref('order_lines') }}

    where not is_guest

),

orders_learned_from as (

    select distinct
        customer_id,
        order_number

    from {{ ref('int_interests__cases') }}

),

final as (

    select
        orders_learned_from.customer_id,
        orders_learned_from.order_number,
        order_lines.price_band,
        cast(sum(order_lines.gross_amount) as double) as gross_amount

    from orders_learned_from

    inner join {{ ref('int_orders__early') }} as orders_by_then
        on
            orders_learned_from.customer_id = orders_by_then.customer_id
            and orders_learned_from.order_number >= orders_by_then.order_number

    inner join order_lines
        on orders_by_then.order_id = order_lines.order_id

    group by
        orders_learned_from.customer_id,
        orders_learned_from.order_number,
        order_lines.price_band

)

select * from final
