{{ config(materialized='table') }}

with

customers as (

    select
        customer_id,
        min(ordered_at) as first_seen_at

    from {{ ref('source_lines') }}

    where not is_guest

    group by customer_id

),

build_info as (

    select * from {{ ref('build_info') }}

),

-- Who is first seen soon after the log begins has probably ordered before.
new_customers as (

    select customers.customer_id

    from customers

    cross join build_info

    where
        customers.first_seen_at
        >= {{ dbt.dateadd('day', var('left_censored_days'), 'build_info.first_log_date') }}

),

final as (

    select
        -- ids
        orders.customer_id,
        orders.order_id,

        -- text
        orders.country,

        -- numbers
        row_number() over (
            partition by orders.customer_id order by orders.ordered_at, orders.order_id
        ) as order_number,
        count(*) over (partition by orders.customer_id) as orders,
        orders.lines,
        orders.units,
        orders.gross_amount,

        -- timestamps
        orders.ordered_at,
        min(orders.ordered_at) over (partition by orders.customer_id) as first_ordered_at

    from {{ ref('orders') }} as orders

    inner join new_customers
        on orders.customer_id = new_customers.customer_id

    where not orders.is_guest

)

select * from final
