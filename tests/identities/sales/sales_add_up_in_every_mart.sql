-- Sale lines, orders and products hold the same units and amounts; what is missing from the net
-- amount is in returns.
with

totals as (

    select
        'source_lines' as mart,
        sum(units) as units,
        sum(amount) as gross_amount,
        sum(amount) - (
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
            sum(units) as units,
            sum(gross_amount) as gross_amount,
            sum(net_amount) as net_amount

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
