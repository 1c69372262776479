with

orders_summed_to_kind as (

    select
        month_start,
        customer_kind,
        count(*) as orders,
        count(distinct customer_id) as customers,
        sum(units) as units,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount

    from {{ ref('int_orders__in_months') }}

    group by month_start, customer_kind

),

final as (

    select
        -- text
        orders_summed_to_kind.customer_kind,

        -- numbers
        orders_summed_to_kind.orders,
        case
            when orders_summed_to_kind.customer_kind <> 'guest' then orders_summed_to_kind.customers
        end as customers,
        cast(orders_summed_to_kind.units as decimal(28, 3)) as units,
        cast(orders_summed_to_kind.gross_amount as decimal(28, 7)) as gross_amount,
        cast(
            orders_summed_to_kind.gross_amount - orders_summed_to_kind.net_amount
            as decimal(28, 7)
        ) as returned_amount_at_sale,
        cast(orders_summed_to_kind.net_amount as decimal(28, 7)) as net_amount,

        -- booleans
        months.is_partial,

        -- dates
        orders_summed_to_kind.month_start

    from orders_summed_to_kind

    inner join {{ ref('int_months') }} as months
        on orders_summed_to_kind.month_start = months.month_start

)

select * from final
