-- Nothing is lost or counted twice between the rows of the files and the funnel.
with

source_side as (

    select
        count(*) as lines,
        coalesce(sum(units), 0) as units,
        coalesce(sum(coalesce(line_total, units * unit_price)), 0) as amount

    from {{ ref('stg_transactions') }}

),

funnel_side as (

    select
        coalesce(sum(lines), 0) as lines,
        coalesce(sum(units), 0) as units,
        coalesce(sum(amount), 0) as amount

    from {{ ref('line_funnel') }}

)

select
    source_side.lines,
    funnel_side.lines as funnel_lines,
    source_side.units,
    funnel_side.units as funnel_units,
    source_side.amount,
    funnel_side.amount as funnel_amount

from source_side

cross join funnel_side

where
    source_side.lines != funnel_side.lines
    or source_side.units != funnel_side.units
    or source_side.amount != funnel_side.amount
