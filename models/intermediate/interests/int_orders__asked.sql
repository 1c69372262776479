with

early_orders as (

    select * from {{ ref('int_orders__early') }}

),

orders_drawn as (

    select distinct
        customer_id,
        order_number

    from {{ ref('int_interests__answers_drawn') }}

),

-- Asked of who has no next order yet, by what was learned from a sample of the others.
final as (

    select
        early_orders.*,
        'present' as fit

    from early_orders

    where next_ordered_at is null

    union all

    select
        early_orders.*,
        'before_split' as fit

    from early_orders

    inner join orders_drawn
        on
            early_orders.customer_id = orders_drawn.customer_id
            and early_orders.order_number = orders_drawn.order_number

)

select * from final
