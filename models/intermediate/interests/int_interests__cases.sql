{{ config(materialized='table') }}

with

states as (

    select * from {{ ref('int_interests__states') }}

    where fit = 'before_split'

),

answers as (

    select * from {{ ref('int_interests__answers_drawn') }}

),

final as (

    select
        -- ids
        states.customer_id,

        -- text
        answers.question,
        answers.part,

        -- numbers
        states.order_number,
        states.category,
        states.popularity,
        states.spend_share,
        states.lines,

        -- booleans
        states.category = answers.answer as is_answer

    from states

    inner join answers
        on
            states.customer_id = answers.customer_id
            and states.order_number = answers.order_number

)

select * from final
