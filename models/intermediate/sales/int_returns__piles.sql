{{ config(materialized='table') }}

with

lines as (

    select
        line_id,
        customer_id,
        product_id,
        order_id,
        units,
        unit_price,
        amount,
        verdict = 'return' as is_credit,
        ordered_at

    from {{ ref('source_lines') }}

    where not is_guest and verdict in ('sale', 'service', 'zero_price', 'return')

),

-- A customer's purchases of a product lie on a pile; each credit takes from the top of it.
piles as (

    select
        customer_id,
        product_id,
        row_number() over (order by customer_id, product_id) as pile_id

    from lines

    where is_credit

    group by customer_id, product_id

),

steps_ordered as (

    select
        piles.pile_id,
        lines.line_id,
        lines.units,
        lines.unit_price,
        lines.amount,
        lines.is_credit,
        row_number() over (
            partition by piles.pile_id
            order by
                lines.ordered_at,
                lines.is_credit,
                lines.order_id,
                lines.units,
                lines.unit_price,
                lines.line_id
        ) as step

    from lines

    inner join piles
        on
            lines.customer_id = piles.customer_id
            and lines.product_id = piles.product_id

),

final as (

    select
        -- ids
        pile_id,
        line_id,

        -- numbers
        step,
        abs(units) as units,
        unit_price,
        abs(amount) as amount,
        sum(units) over (partition by pile_id order by step) as balance,

        -- booleans
        is_credit

    from steps_ordered

)

select * from final
