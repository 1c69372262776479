{{ config(materialized='table') }}

with

-- The last snapshot that has its next outlook_days behind it.
start as (

    select
        snapshot_date,
        {{ dbt.dateadd('day', var('outlook_days'), 'snapshot_date') }} as ends_at

    from {{ ref('int_snapshots') }}

    where is_outlook_start

),

customers as (

    select
        scored.customer_id,
        scored.segment_key,
        start.snapshot_date,
        start.ends_at

    from {{ ref('int_customers__scored') }} as scored

    inner join start
        on scored.snapshot_date = start.snapshot_date

    where scored.view_name = 'known' and scored.frequency_orders > 0

),

next_orders as (

    select
        customers.customer_id,
        count(*) as orders,
        sum(orders.net_amount) as net_amount

    from customers

    inner join {{ ref('orders') }} as orders
        on
            customers.customer_id = orders.customer_id
            and customers.snapshot_date <= orders.ordered_at
            and customers.ends_at > orders.ordered_at

    where not orders.is_fully_returned

    group by customers.customer_id

),

final as (

    select
        -- ids
        customers.customer_id,
        customers.segment_key,

        -- numbers
        cast(coalesce(next_orders.net_amount, 0) as double) as next_net_amount,

        -- booleans
        coalesce(next_orders.orders, 0) > 0 as has_ordered_again,

        -- dates
        customers.snapshot_date

    from customers

    left join next_orders
        on customers.customer_id = next_orders.customer_id

)

select * from final
