{{ config(materialized='table') }}

with

-- A date outside of the log says nothing of when somebody was seen.
lines as (

    select
        source_lines.customer_id,
        source_lines.country,
        case
            when
                cast(source_lines.ordered_at as date)
                between build_info.first_log_date and build_info.last_log_date
                then source_lines.ordered_at
        end as seen_at

    from {{ ref('source_lines') }} as source_lines

    cross join {{ ref('build_info') }} as build_info

    where not source_lines.is_guest

),

orders as (

    select * from {{ ref('orders') }}

    where not is_guest

),

countries_ranked as (

    select
        customer_id,
        country,
        row_number() over (
            partition by customer_id order by count(*) desc, country
        ) as country_rank

    from lines

    where country is not null

    group by customer_id, country

),

customers_seen as (

    select
        customer_id,
        count(*) as source_lines,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at

    from lines

    group by customer_id

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
        countries_ranked.country,

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

    left join countries_ranked
        on
            customers_seen.customer_id = countries_ranked.customer_id
            and countries_ranked.country_rank = 1

)

select * from final
