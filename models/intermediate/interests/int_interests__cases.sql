{{ config(materialized='table') }}

with

states as (

    select * from {{ ref('int_interests__states') }}

    where fit = 'before_split'

),

build_info as (

    select * from {{ ref('build_info') }}

),

bought_next as (

    select * from {{ ref('int_interests__next') }}

    where fit = 'before_split'

),

questions as (

    select
        customer_id,
        order_number,
        'next_order' as question,
        min(case when is_next then category end) as answer

    from bought_next

    group by customer_id, order_number

    union all

    select
        customer_id,
        order_number,
        'next_90_days' as question,
        min(case when is_later then category end) as answer

    from bought_next

    group by customer_id, order_number

),

answered as (

    select
        states.*,
        questions.question,
        questions.answer,
        case questions.question
            when 'next_order' then states.next_ordered_at
            else {{ dbt.dateadd('day', 90, 'states.ordered_at') }}
        end as answered_at

    from states

    inner join questions
        on
            states.customer_id = questions.customer_id
            and states.order_number = questions.order_number

    where questions.answer is not null

),

-- Learned from what had been answered by the split; tested on who came after it.
final as (

    select
        answered.customer_id,
        answered.question,
        case
            when answered.answered_at < {{ interest_split() }} then 'train'
            else 'test'
        end as part,
        answered.order_number,
        answered.category,
        answered.popularity,
        answered.spend_share,
        answered.lines,
        answered.category = answered.answer as is_answer

    from answered

    cross join build_info

    where
        answered.answered_at < {{ interest_split() }}
        or (
            answered.first_ordered_at >= {{ interest_split() }}
            and answered.answered_at <= build_info.as_of
        )

)

select * from final
