with

bought_next as (

    select * from {{ ref('int_interests__next') }}

),

early_orders as (

    select * from {{ ref('int_orders__early') }}

),

answers as (

    select
        customer_id,
        order_number,
        'next_order' as question,
        category as answer

    from bought_next

    where is_next

    union all

    select
        customer_id,
        order_number,
        'next_90_days' as question,
        category as answer

    from bought_next

    where is_later

),

final as (

    select
        -- ids
        answers.customer_id,

        -- text
        answers.question,

        -- numbers
        answers.order_number,
        answers.answer,

        -- timestamps
        early_orders.first_ordered_at,
        case answers.question
            when 'next_order' then early_orders.next_ordered_at
            else {{ dbt.dateadd('day', 90, 'early_orders.ordered_at') }}
        end as answered_at

    from answers

    inner join early_orders
        on
            answers.customer_id = early_orders.customer_id
            and answers.order_number = early_orders.order_number

)

select * from final
