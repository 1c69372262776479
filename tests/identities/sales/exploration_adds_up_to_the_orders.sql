-- Each breakdown holds the orders, units and amounts of `orders`, none lost and none twice.
with

orders_summed as (

    select
        count(*) as orders,
        coalesce(sum(units), 0) as units,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_amount), 0) as net_amount

    from {{ ref('orders') }}

),

breakdowns as (

    {% for mart in [
        'sales_by_month',
        'sales_by_weekday_hour',
        'sales_by_country',
        'sales_by_customer_kind',
        'basket_sizes',
    ] -%}
        select
            '{{ mart }}' as mart,
            coalesce(sum(orders), 0) as orders,
            coalesce(sum(units), 0) as units,
            coalesce(sum(gross_amount), 0) as gross_amount,
            coalesce(sum(net_amount), 0) as net_amount,
            coalesce(sum(returned_amount_at_sale), 0) as returned_amount

        from {{ ref(mart) }}

        union all

    {% endfor -%}

    -- An order has several products.
    select
        'sales_by_product' as mart,
        (select orders_summed.orders from orders_summed) as orders,
        coalesce(sum(units), 0) as units,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_amount), 0) as net_amount,
        coalesce(sum(returned_amount_at_sale), 0) as returned_amount

    from {{ ref('sales_by_product') }}

)

select breakdowns.mart

from breakdowns

cross join orders_summed

where
    breakdowns.orders <> orders_summed.orders
    or breakdowns.units <> orders_summed.units
    or breakdowns.gross_amount <> orders_summed.gross_amount
    or breakdowns.net_amount <> orders_summed.net_amount
    or breakdowns.returned_amount <> orders_summed.gross_amount - orders_summed.net_amount
