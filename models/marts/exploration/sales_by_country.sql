with

orders_summed_to_country as (

    select
        country,
        count(*) as orders,
        count(distinct customer_id) as customers,
        sum(units) as units,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount

    from {{ ref('orders') }}

    group by country

),

final as (

    select
        -- text
        country,

        -- numbers
        orders,
        customers,
        cast(units as decimal(28, 3)) as units,
        cast(gross_amount as decimal(28, 7)) as gross_amount,
        cast(gross_amount - net_amount as decimal(28, 7)) as returned_amount_at_sale,
        cast(net_amount as decimal(28, 7)) as net_amount,
        cast(net_amount as double) / nullif(cast(sum(net_amount) over () as double), 0)
            as revenue_share

    from orders_summed_to_country

)

select * from final
