-- Sale lines, orders and products hold the same units and amounts; what is missing from the net
-- amount is in returns.
with

totals as (

    select
        'source_lines' as mart,
        coalesce(sum(units), 0) as units,
        coalesce(sum(amount), 0) as gross_amount,
        coalesce(sum(amount), 0) - (
            select coalesce(sum(returns.amount), 0)
            from {{ ref('returns') }} as returns
            inner join {{ ref('order_lines') }} as order_lines
                on returns.purchase_line_id = order_lines.line_id
        ) as net_amount

    from {{ ref('source_lines') }}

    where verdict = 'sale'

    {% for mart in ['order_lines', 'orders', 'products'] -%}
        union all

        select
            '{{ mart }}' as mart,
            coalesce(sum(units), 0) as units,
            coalesce(sum(gross_amount), 0) as gross_amount,
            coalesce(sum(net_amount), 0) as net_amount

        from {{ ref(mart) }}

    {% endfor %}

)

select
    count(distinct units) as different_units,
    count(distinct gross_amount) as different_gross_amounts,
    count(distinct net_amount) as different_net_amounts

from totals

having
    count(distinct units) > 1
    or count(distinct gross_amount) > 1
    or count(distinct net_amount) > 1
