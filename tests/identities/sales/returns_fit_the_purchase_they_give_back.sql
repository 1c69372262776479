-- A matched purchase is the same customer's and product's, not later, and not over-returned.
with

lines_named as (

    select purchase_line_id as line_id from {{ ref('returns') }}

    union distinct

    select credit_line_id as line_id from {{ ref('returns') }}

),

lines as (

    select
        source_lines.line_id,
        source_lines.customer_id,
        source_lines.product_id,
        source_lines.units,
        source_lines.ordered_at

    from {{ ref('source_lines') }} as source_lines

    inner join lines_named
        on source_lines.line_id = lines_named.line_id

),

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

    left join lines as purchases
        on returns.purchase_line_id = purchases.line_id

    left join lines as credits
        on returns.credit_line_id = credits.line_id

    where returns.purchase_line_id is not null

)

select *

from pieces

where not is_possible or units_returned > units_bought or units_bought is null
