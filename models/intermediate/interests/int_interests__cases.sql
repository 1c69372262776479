{{ config(materialized='table') }}

with

states as (

    select * from {{ ref('int_interests__states') }}

    where fit = 'before_split' and {{ is_drawn('customer_id') }}

),

build_info as (

    select * from {{ ref('build_info') }}

),

answers as (

    select * from {{ ref('int_interests__answers') }}

),

-- Learned from what had been answered by the split; tested on who came after it.
answered as (

    select
        states.customer_id,
        answers.question,
        case
            when answers.answered_at < {{ interest_split() }} then 'train'
            else 'test'
        end as part,
        states.order_number,
        states.category,
        states.popularity,
        states.spend_share,
        states.lines,
        states.category = answers.answer as is_answer

    from states

    inner join answers
        on
            states.customer_id = answers.customer_id
            and states.order_number = answers.order_number

    cross join build_info

    where
        answers.answered_at < {{ interest_split() }}
        or (
            states.first_ordered_at >= {{ interest_split() }}
            and answers.answered_at <= build_info.as_of
        )

),

drawn as (

    select
        *,
        {{ is_sampled_case('question') }} as is_sampled

    from answered

),

final as (

    select
        -- ids
        customer_id,

        -- text
        question,
        part,

        -- numbers
        order_number,
        category,
        popularity,
        spend_share,
        lines,

        -- booleans
        is_answer

    from drawn

    where is_sampled

)

select * from final
