{{ config(materialized='table') }}

with

customers_seen as (

    select * from {{ ref('int_customers__seen') }}

),

orders as (

    select * from {{ ref('orders') }}

    where not is_guest

),

orders_summed_to_customer as (

    select
        customer_id,
        count(*) as orders,
        count(*) filter (where is_fully_returned) as orders_fully_returned,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at

    from orders

    group by customer_id

),

final as (

    select
        -- ids
        customers_seen.customer_id,

        -- text
        customers_seen.country,

        -- numbers
        customers_seen.source_lines,
        coalesce(orders_summed_to_customer.orders, 0) as orders,
        coalesce(orders_summed_to_customer.orders_fully_returned, 0) as orders_fully_returned,
        cast(coalesce(orders_summed_to_customer.gross_amount, 0) as decimal(28, 7))
            as gross_amount,
        cast(coalesce(orders_summed_to_customer.net_amount, 0) as decimal(28, 7)) as net_amount,

        -- timestamps
        customers_seen.first_seen_at,
        customers_seen.last_seen_at,
        orders_summed_to_customer.first_ordered_at,
        orders_summed_to_customer.last_ordered_at

    from customers_seen

    left join orders_summed_to_customer
        on customers_seen.customer_id = orders_summed_to_customer.customer_id

)

select * from final
