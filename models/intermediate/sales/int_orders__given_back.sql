{{ config(materialized='table') }}

with

lines_given_back as (

    select
        line_id,
        order_id,
        ordered_at

    from {{ ref('order_lines') }}

    where units_returned > 0

),

final as (

    select
        -- ids
        returns.customer_id,
        lines_given_back.order_id,

        -- numbers
        returns.units,
        returns.amount,

        -- timestamps
        lines_given_back.ordered_at,
        returns.credited_at

    from {{ ref('returns') }} as returns

    inner join lines_given_back
        on returns.purchase_line_id = lines_given_back.line_id

)

select * from final
