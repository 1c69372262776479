-- Over all months, what came back of the sales is what was credited for them, and what was credited
-- for anything is in `returns`.
with

months as (

    select
        coalesce(sum(returned_amount_at_sale), 0) as at_sale,
        coalesce(sum(returned_amount_at_credit), 0) as at_credit,
        coalesce(sum(other_amount_at_credit), 0) as other_at_credit

    from {{ ref('sales_by_month') }}

),

credits as (

    select coalesce(sum(amount), 0) as amount from {{ ref('returns') }}

)

select
    months.at_sale,
    months.at_credit,
    credits.amount

from months

cross join credits

where
    months.at_sale <> months.at_credit
    or months.at_credit + months.other_at_credit <> credits.amount
