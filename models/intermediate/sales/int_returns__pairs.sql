with

steps as (

    select * from {{ ref('int_returns__piles') }}

),

nearest_steps as (

    select * from {{ ref('int_returns__nearest_steps') }}

),

-- The bottom unit of a purchase goes to the credit that takes the balance back to before it …
purchases_ended as (

    select
        nearest_steps.pile_id,
        nearest_steps.step + 1 as purchase_step,
        nearest_steps.next_low_step as credit_step

    from nearest_steps

    inner join steps
        on
            nearest_steps.pile_id = steps.pile_id
            and nearest_steps.step + 1 = steps.step

    where not steps.is_credit and nearest_steps.next_low_step is not null

),

-- … and the last unit of a credit comes from the purchase that took it above where it ends.
credits_ended as (

    select
        nearest_steps.pile_id,
        nearest_steps.previous_low_step + 1 as purchase_step,
        nearest_steps.step as credit_step

    from nearest_steps

    inner join steps
        on
            nearest_steps.pile_id = steps.pile_id
            and nearest_steps.step = steps.step

    where steps.is_credit and nearest_steps.previous_low_step is not null

),

final as (

    select * from purchases_ended

    union distinct

    select * from credits_ended

)

select * from final
