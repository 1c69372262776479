-- Whatever the matching, credits up to any moment can take only what was bought up to then: the
-- largest excess of credits over purchases must stay unmatched, and no more than that does.
with

-- Where nothing is credited there is nothing to match.
piles as (

    select
        customer_id,
        product_id

    from {{ ref('source_lines') }}

    where verdict = 'return' and not is_guest

    group by customer_id, product_id

),

lines as (

    select
        lines.customer_id,
        lines.product_id,
        lines.units,
        lines.verdict = 'return' as is_credit,
        lines.ordered_at

    from {{ ref('source_lines') }} as lines

    inner join piles
        on
            lines.customer_id = piles.customer_id
            and lines.product_id = piles.product_id

    where
        not lines.is_guest
        and lines.verdict in ('sale', 'service', 'zero_price', 'return')

),

balances as (

    select
        *,
        sum(units) over (
            partition by customer_id, product_id order by ordered_at
        ) as balance

    from lines

),

bounds as (

    select
        customer_id,
        product_id,
        sum(case when is_credit then -units else 0 end)
        + least(0, min(balance)) as most_units

    from balances

    group by customer_id, product_id

),

matched as (

    select
        customer_id,
        product_id,
        sum(units) as units

    from {{ ref('returns') }}

    where purchase_line_id is not null

    group by customer_id, product_id

)

select
    bounds.customer_id,
    bounds.product_id,
    bounds.most_units,
    matched.units

from bounds

left join matched
    on
        bounds.customer_id = matched.customer_id
        and bounds.product_id = matched.product_id

where bounds.most_units != coalesce(matched.units, 0)
