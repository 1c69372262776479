{{ config(materialized='table') }}

with

build_info as (

    select * from {{ ref('build_info') }}

),

baskets as (

    select
        order_id,
        customer_id,
        {{ is_sampled('order_id', var('fit_baskets')) }} as is_sampled

    from {{ ref('orders') }}

    where not is_guest and {{ is_drawn('customer_id') }}

),

-- A guest's order may be a day's till; a customer's is what somebody wanted together.
products_bought_together as (

    select
        order_lines.order_id,
        order_lines.product_id,
        max(order_lines.ordered_at) as ordered_at

    from {{ ref('order_lines') }} as order_lines

    inner join baskets
        on
            order_lines.customer_id = baskets.customer_id
            and order_lines.order_id = baskets.order_id

    where baskets.is_sampled

    group by order_lines.order_id, order_lines.product_id

),

final as (

    select
        -- numbers
        dense_rank() over (order by products_bought_together.order_id) - 1 as basket_number,
        products.product_number,

        -- booleans
        {{ is_held_out('products_bought_together.order_id') }} as is_held_out,
        products_bought_together.ordered_at < {{ interest_split() }} as is_before_split

    from products_bought_together

    inner join {{ ref('int_products__numbered') }} as products
        on products_bought_together.product_id = products.product_id

    cross join build_info

)

select * from final
