with

credits as (

    select
        line_id as credit_line_id,
        -units as units,
        unit_price,
        -amount as amount,
        is_guest

    from {{ ref('source_lines') }}

    where verdict = 'return'

),

matches_summed_to_credit as (

    select
        credit_line_id,
        sum(units) as units

    from {{ ref('int_returns__matches') }}

    group by credit_line_id

),

unmatched as (

    select
        credits.credit_line_id,
        credits.units - coalesce(matches_summed_to_credit.units, 0) as units,
        credits.units as credit_units,
        credits.unit_price,
        credits.amount - credits.units * credits.unit_price as rest,
        case
            when credits.is_guest then 'guest'
            when piles.is_credit_after_purchase then 'more_than_bought'
            else 'no_earlier_purchase'
        end as unmatched_reason

    from credits

    left join matches_summed_to_credit
        on credits.credit_line_id = matches_summed_to_credit.credit_line_id

    left join {{ ref('int_returns__piles') }} as piles
        on credits.credit_line_id = piles.line_id

    where credits.units > coalesce(matches_summed_to_credit.units, 0)

),

-- What has no purchase to give it a price is valued at the credit's own.
final as (

    select
        -- ids
        credit_line_id,

        -- text
        unmatched_reason,

        -- numbers
        cast(units as decimal(18, 3)) as units,
        cast(
            units * unit_price + {{ share_of('rest', 'units', 'credit_units') }} as decimal(18, 7)
        ) as amount

    from unmatched

)

select * from final
