-- Units matched and units without a purchase are all the units of the credit, no more and no less.
with

credits as (

    select
        line_id,
        -units as units

    from {{ ref('source_lines') }}

    where verdict = 'return'

),

returns_summed_to_credit as (

    select
        credit_line_id,
        sum(units) as units,
        min(units) as smallest_piece

    from {{ ref('returns') }}

    group by credit_line_id

)

select
    credits.line_id,
    credits.units,
    returns_summed_to_credit.units as units_in_returns

from credits

full outer join returns_summed_to_credit
    on credits.line_id = returns_summed_to_credit.credit_line_id

where
    coalesce(credits.units, 0) != coalesce(returns_summed_to_credit.units, 0)
    or returns_summed_to_credit.smallest_piece <= 0
