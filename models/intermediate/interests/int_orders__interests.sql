{{ config(materialized='table') }}

with

order_lines as (

    select * from {{ ref('order_lines') }}

    where not is_guest

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
        min(order_lines.ordered_at) as ordered_at

    from order_lines

    inner join {{ ref('int_products__categorised') }} as categorised
        on order_lines.product_id = categorised.product_id

    where categorised.category >= 0

    group by
        order_lines.customer_id,
        order_lines.order_id,
        categorised.fit,
        categorised.category

)

select * from final
