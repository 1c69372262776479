{{ config(materialized='table') }}

with

build_info as (

    select * from {{ ref('build_info') }}

),

-- Who is first seen soon after the log begins has probably ordered before.
new_customers as (

    select lines.customer_id

    from {{ ref('source_lines') }} as lines

    cross join build_info

    where not lines.is_guest and lines.ordered_at >= build_info.first_log_date

    group by lines.customer_id, build_info.first_log_date

    having min(lines.ordered_at) >= {{ first_day_of_new_customers() }}

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
