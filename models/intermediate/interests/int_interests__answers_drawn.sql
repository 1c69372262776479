{{ config(materialized='table') }}

with

answers as (

    select * from {{ ref('int_interests__answers') }}

    where {{ is_drawn('customer_id') }}

),

build_info as (

    select * from {{ ref('build_info') }}

),

-- Learned from what had been answered by the split; tested on who came after it.
answered as (

    select
        answers.*,
        case
            when answers.answered_at < {{ interest_split() }} then 'train'
            else 'test'
        end as part

    from answers

    cross join build_info

    where
        answers.answered_at < {{ interest_split() }}
        or (
            answers.first_ordered_at >= {{ interest_split() }}
            and answers.answered_at < build_info.learned_as_of
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
        answer

    from drawn

    where is_sampled

)

select * from final
