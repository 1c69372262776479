-- Every customer of the log is in every mart of customers, with all that the order lines gave them.
with

totals as (

    select
        'order_lines' as mart,
        (
            select count(distinct source_lines.customer_id)
            from {{ ref('source_lines') }} as source_lines
        ) as customers,
        coalesce(sum(net_amount), 0) as net_amount

    from {{ ref('order_lines') }}

    where not is_guest

    union all

    select
        'customers' as mart,
        count(*) as customers,
        coalesce(sum(net_amount), 0) as net_amount

    from {{ ref('customers') }}

    union all

    select
        'customer_segments' as mart,
        count(*) as customers,
        coalesce(sum(monetary_amount), 0) as net_amount

    from {{ ref('customer_segments') }}

    union all

    select
        'segments' as mart,
        coalesce(sum(customers), 0) as customers,
        coalesce(sum(net_amount), 0) as net_amount

    from {{ ref('segments') }}

)

select
    count(distinct customers) as different_customers,
    count(distinct net_amount) as different_net_amounts

from totals

having count(distinct customers) > 1 or count(distinct net_amount) > 1
