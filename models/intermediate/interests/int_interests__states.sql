{{ config(materialized='table') }}

with

orders_asked as (

    select * from {{ ref('int_orders__asked') }}

),

bought_by_then as (

    select * from {{ ref('int_interests__bought') }}

),

all_bought_by_then as (

    select
        customer_id,
        order_number,
        fit,
        sum(lines) as lines,
        sum(gross_amount) as gross_amount

    from bought_by_then

    group by customer_id, order_number, fit

),

final as (

    select
        -- ids
        orders_asked.customer_id,

        -- text
        orders_asked.fit,

        -- numbers
        orders_asked.order_number,
        popularity.category,
        popularity.popularity,
        coalesce(
            cast(bought_by_then.gross_amount as double)
            / cast(nullif(all_bought_by_then.gross_amount, 0) as double),
            0
        ) as spend_share,
        coalesce(all_bought_by_then.lines, 0) as lines,

        -- timestamps
        orders_asked.ordered_at

    from orders_asked

    inner join {{ ref('int_days__popularity') }} as popularity
        on
            orders_asked.fit = popularity.fit
            and cast(orders_asked.ordered_at as date) = popularity.order_date

    left join all_bought_by_then
        on
            orders_asked.customer_id = all_bought_by_then.customer_id
            and orders_asked.order_number = all_bought_by_then.order_number
            and orders_asked.fit = all_bought_by_then.fit

    left join bought_by_then
        on
            orders_asked.customer_id = bought_by_then.customer_id
            and orders_asked.order_number = bought_by_then.order_number
            and orders_asked.fit = bought_by_then.fit
            and popularity.category = bought_by_then.category

)

select * from final
