{{ config(materialized='table') }}

with

-- A customer's purchases of a product lie on a pile; each credit takes from the top of it.
piles as (

    select
        customer_id,
        product_id,
        row_number() over (order by customer_id, product_id) as pile_id

    from {{ ref('source_lines') }}

    where verdict = 'return' and not is_guest

    group by customer_id, product_id

),

lines as (

    select
        piles.pile_id,
        lines.line_id,
        lines.order_id,
        lines.units,
        lines.unit_price,
        lines.amount,
        lines.verdict = 'return' as is_credit,
        lines.ordered_at

    from {{ ref('source_lines') }} as lines

    inner join piles
        on
            lines.customer_id = piles.customer_id
            and lines.product_id = piles.product_id

    where lines.verdict in ('sale', 'service', 'zero_price', 'return')

),

steps_ordered as (

    select
        *,
        row_number() over (
            partition by pile_id
            order by ordered_at, is_credit, order_id, units, unit_price, line_id
        ) as step

    from lines

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
        case when is_credit then -amount else amount end as amount,
        sum(units) over (partition by pile_id order by step) as balance,

        -- booleans
        is_credit,
        is_credit
        and coalesce(
            min(case when not is_credit then step end) over (partition by pile_id) < step, false
        ) as is_credit_after_purchase

    from steps_ordered

)

select * from final
