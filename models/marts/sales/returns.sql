with

credits as (

    select * from {{ ref('source_lines') }}

    where verdict = 'return'

),

pieces as (

    select
        credit_line_id,
        purchase_line_id,
        cast(null as string) as unmatched_reason,
        units,
        amount

    from {{ ref('int_returns__matches') }}

    union all

    select
        credit_line_id,
        cast(null as string) as purchase_line_id,
        unmatched_reason,
        units,
        amount

    from {{ ref('int_returns__unmatched') }}

),

final as (

    select
        -- ids
        pieces.credit_line_id,
        pieces.purchase_line_id,
        credits.customer_id,
        credits.product_id,

        -- text
        pieces.unmatched_reason,

        -- numbers
        pieces.units,
        pieces.amount,

        -- timestamps
        credits.ordered_at as credited_at

    from pieces

    inner join credits
        on pieces.credit_line_id = credits.line_id

)

select * from final
