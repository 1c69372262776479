-- Whatever the matching, credits up to any moment can take only what was bought up to then: the
-- largest excess of credits over purchases must stay unmatched, and no more than that does.
with

-- Where nothing is given back, nothing may be matched.
pairs_given_back as (

    select distinct
        customer_id,
        product_id

    from {{ ref('source_lines') }}

    where not is_guest and (verdict = 'return' or units < 0)

),

balances as (

    select
        lines.customer_id,
        lines.product_id,
        lines.units,
        lines.verdict = 'return' as is_credit,
        sum(lines.units) over (
            partition by lines.customer_id, lines.product_id order by lines.ordered_at
        ) as balance

    from {{ ref('source_lines') }} as lines

    inner join pairs_given_back
        on
            lines.customer_id = pairs_given_back.customer_id
            and lines.product_id = pairs_given_back.product_id

    where lines.verdict in ('sale', 'service', 'zero_price', 'return')

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
    coalesce(bounds.customer_id, matched.customer_id) as customer_id,
    coalesce(bounds.product_id, matched.product_id) as product_id,
    bounds.most_units,
    matched.units

from bounds

full outer join matched
    on
        bounds.customer_id = matched.customer_id
        and bounds.product_id = matched.product_id

where coalesce(bounds.most_units, 0) != coalesce(matched.units, 0)
