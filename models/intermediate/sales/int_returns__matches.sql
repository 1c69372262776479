{{ config(materialized='table') }}

with

steps as (

    select
        *,
        coalesce(lag(balance) over (partition by pile_id order by step), 0)
            as previous_balance

    from {{ ref('int_returns__piles') }}

),

pairs as (

    select * from {{ ref('int_returns__pairs') }}

),

layers_taken as (

    select
        credits.line_id as credit_line_id,
        purchases.line_id as purchase_line_id,
        purchases.unit_price,
        purchases.units as purchase_units,
        purchases.amount - purchases.units * purchases.unit_price as rest,
        purchases.previous_balance as purchase_bottom,
        credits.previous_balance as credit_top,
        greatest(purchases.previous_balance, credits.balance) as layer_bottom

    from pairs

    inner join steps as purchases
        on
            pairs.pile_id = purchases.pile_id
            and pairs.purchase_step = purchases.step

    inner join steps as credits
        on
            pairs.pile_id = credits.pile_id
            and pairs.credit_step = credits.step

),

pieces as (

    select
        *,
        layer_bottom - purchase_bottom as units_below,
        coalesce(
            lead(layer_bottom) over (partition by credit_line_id order by layer_bottom),
            credit_top
        ) - layer_bottom as units

    from layers_taken

),

-- What rounding the price leaves of a line's amount is spread so that all pieces add up to it.
final as (

    select
        -- ids
        credit_line_id,
        purchase_line_id,

        -- numbers
        cast(units as decimal(18, 3)) as units,
        cast(
            units * unit_price
            + {{ share_of('rest', 'units_below + units', 'purchase_units') }}
            - {{ share_of('rest', 'units_below', 'purchase_units') }} as decimal(18, 7)
        ) as amount

    from pieces

)

select * from final
