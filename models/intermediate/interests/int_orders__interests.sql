{{ config(materialized='table') }}

with

order_lines as (

    select * from {{ ref('order_lines') }}

    where not is_guest

),

orders as (

    select * from {{ ref('orders') }}

),

-- What was ordered, returns or not: they are not known yet when the order is made.
final as (

    select
        -- ids
        order_lines.customer_id,
        order_lines.order_id,

        -- text
        categorised.fit,

        -- numbers
        categorised.category,
        count(*) as lines,
        sum(order_lines.gross_amount) as gross_amount,

        -- timestamps
        orders.ordered_at

    from order_lines

    inner join orders
        on
            order_lines.customer_id = orders.customer_id
            and order_lines.order_id = orders.order_id

    inner join {{ ref('int_products__categorised') }} as categorised
        on order_lines.product_id = categorised.product_id

    where categorised.category >= 0

    group by
        order_lines.customer_id,
        order_lines.order_id,
        categorised.fit,
        categorised.category,
        orders.ordered_at

)

select * from final
