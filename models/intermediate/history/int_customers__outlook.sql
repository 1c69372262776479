{{ config(materialized='table') }}

with

-- Of the last snapshot that has its next outlook_days behind it.
customers as (

    select
        scored.customer_id,
        scored.segment_key,
        snapshots.snapshot_date,
        {{ dbt.dateadd('day', var('outlook_days'), 'snapshots.snapshot_date') }} as ends_at

    from {{ ref('int_customers__scored') }} as scored

    inner join {{ ref('int_snapshots') }} as snapshots
        on scored.snapshot_date = snapshots.snapshot_date

    where
        snapshots.is_outlook_start
        and scored.view_name = 'known'
        and scored.frequency_orders > 0

),

-- What was given back by the end is off; what is given back later changes nothing any more.
given_back_by_then as (

    select
        given_back.customer_id,
        given_back.order_id,
        sum(given_back.units) as units,
        sum(given_back.amount) as amount

    from {{ ref('int_orders__given_back') }} as given_back

    inner join customers
        on
            given_back.customer_id = customers.customer_id
            and given_back.credited_at < customers.ends_at

    group by given_back.customer_id, given_back.order_id

),

next_orders as (

    select
        customers.customer_id,
        count(*) as orders,
        sum(orders.gross_amount - coalesce(given_back.amount, 0)) as net_amount

    from customers

    inner join {{ ref('orders') }} as orders
        on
            customers.customer_id = orders.customer_id
            and customers.snapshot_date <= orders.ordered_at
            and customers.ends_at > orders.ordered_at

    left join given_back_by_then as given_back
        on
            orders.customer_id = given_back.customer_id
            and orders.order_id = given_back.order_id

    where orders.units > coalesce(given_back.units, 0)

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
