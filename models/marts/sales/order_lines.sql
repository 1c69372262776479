with

sale_lines as (

    select * from {{ ref('source_lines') }}

    where verdict = 'sale'

),

returns_summed_to_purchase as (

    select
        purchase_line_id,
        sum(units) as units_returned,
        sum(amount) as amount_returned,
        max(credited_at) as last_returned_at

    from {{ ref('returns') }}

    group by purchase_line_id

),

final as (

    select
        -- ids
        sale_lines.line_id,
        sale_lines.order_id,
        sale_lines.customer_id,
        sale_lines.product_id,

        -- text
        sale_lines.country,

        -- numbers
        sale_lines.units,
        cast(coalesce(returns_summed_to_purchase.units_returned, 0) as decimal(18, 3))
            as units_returned,
        sale_lines.unit_price,
        sale_lines.amount as gross_amount,
        cast(
            sale_lines.amount - coalesce(returns_summed_to_purchase.amount_returned, 0)
            as decimal(18, 7)
        ) as net_amount,

        -- booleans
        sale_lines.is_guest,

        -- timestamps
        sale_lines.ordered_at,
        returns_summed_to_purchase.last_returned_at

    from sale_lines

    left join returns_summed_to_purchase
        on sale_lines.line_id = returns_summed_to_purchase.purchase_line_id

)

select * from final
