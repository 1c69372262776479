{{ config(materialized='table') }}

with

orders as (

    select
        order_id,
        customer_id,
        ordered_at,
        {{ dbt.date_trunc('month', 'ordered_at') }} as ordered_in

    from {{ ref('orders') }}

    where not is_guest and {{ is_drawn('customer_id') }}

),

-- As many of each month: what was drawn of a month stays drawn.
orders_drawn as (

    select
        order_id,
        customer_id,
        ordered_at,
        {{ is_sampled('order_id', [var('fit_baskets') // 12, 1] | max, 'ordered_in') }}
            as is_sampled

    from orders

),

-- A guest's order may be a day's till; a customer's is what somebody wanted together.
products_bought_together as (

    select
        order_lines.order_id,
        order_lines.customer_id,
        order_lines.product_id,
        min(orders_drawn.ordered_at) as basket_at,
        cast(max(order_lines.ordered_at) as date) as ordered_on

    from {{ ref('order_lines') }} as order_lines

    inner join orders_drawn
        on
            order_lines.customer_id = orders_drawn.customer_id
            and order_lines.order_id = orders_drawn.order_id

    where orders_drawn.is_sampled

    group by order_lines.order_id, order_lines.customer_id, order_lines.product_id

),

last_fit as (

    select max(fitted_on) as fitted_on from {{ ref('int_categories__fit_dates') }}

),

final as (

    select
        -- numbers
        dense_rank() over (
            order by bought.basket_at, bought.order_id, bought.customer_id
        ) - 1 as basket_number,
        products.product_number,

        -- booleans
        {{ is_held_out('bought.order_id') }} as is_held_out,
        bought.ordered_on < last_fit.fitted_on as is_settled,
        bought.ordered_on < build_info.learned_as_of as is_learned_from,

        -- dates
        bought.ordered_on

    from products_bought_together as bought

    inner join {{ ref('int_products__numbered') }} as products
        on bought.product_id = products.product_id

    cross join last_fit

    cross join {{ ref('build_info') }} as build_info

)

select * from final
