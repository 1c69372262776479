-- A matched purchase is the same customer's and product's, not later, and not over-returned.
with

pieces as (

    select
        returns.purchase_line_id,
        returns.credit_line_id,
        purchases.units as units_bought,
        sum(returns.units) over (partition by returns.purchase_line_id) as units_returned,
        coalesce(
            purchases.customer_id = credits.customer_id
            and purchases.product_id = credits.product_id
            and purchases.ordered_at <= credits.ordered_at,
            false
        ) as is_possible

    from {{ ref('returns') }} as returns

    left join {{ ref('source_lines') }} as purchases
        on returns.purchase_line_id = purchases.line_id

    left join {{ ref('source_lines') }} as credits
        on returns.credit_line_id = credits.line_id

    where returns.purchase_line_id is not null

)

select *

from pieces

where not is_possible or units_returned > units_bought or units_bought is null
