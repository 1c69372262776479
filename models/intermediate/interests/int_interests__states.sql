{{ config(materialized='table') }}

with

early_orders as (

    select * from {{ ref('int_orders__early') }}

),

popularity as (

    select * from {{ ref('int_days__popularity') }}

),

bought_by_then as (

    select
        early_orders.customer_id,
        early_orders.order_number,
        orders.fit,
        orders.category,
        sum(orders.lines) as lines,
        sum(orders.gross_amount) as gross_amount

    from early_orders

    inner join early_orders as orders_by_then
        on
            early_orders.customer_id = orders_by_then.customer_id
            and early_orders.order_number >= orders_by_then.order_number

    inner join {{ ref('int_orders__interests') }} as orders
        on
            orders_by_then.customer_id = orders.customer_id
            and orders_by_then.order_id = orders.order_id

    where orders.fit = 'before_split' or early_orders.next_ordered_at is null

    group by
        early_orders.customer_id,
        early_orders.order_number,
        orders.fit,
        orders.category

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

-- Learned from all; then asked of who has no further order yet.
final as (

    select
        -- ids
        early_orders.customer_id,

        -- text
        popularity.fit,

        -- numbers
        early_orders.order_number,
        popularity.category,
        popularity.popularity,
        coalesce(
            cast(bought_by_then.gross_amount as double)
            / cast(nullif(all_bought_by_then.gross_amount, 0) as double),
            0
        ) as spend_share,
        coalesce(all_bought_by_then.lines, 0) as lines,

        -- timestamps
        early_orders.first_ordered_at,
        early_orders.ordered_at,
        early_orders.next_ordered_at

    from early_orders

    inner join popularity
        on cast(early_orders.ordered_at as date) = popularity.order_date

    left join all_bought_by_then
        on
            early_orders.customer_id = all_bought_by_then.customer_id
            and early_orders.order_number = all_bought_by_then.order_number
            and popularity.fit = all_bought_by_then.fit

    left join bought_by_then
        on
            early_orders.customer_id = bought_by_then.customer_id
            and early_orders.order_number = bought_by_then.order_number
            and popularity.fit = bought_by_then.fit
            and popularity.category = bought_by_then.category

    where popularity.fit = 'before_split' or early_orders.next_ordered_at is null

)

select * from final
