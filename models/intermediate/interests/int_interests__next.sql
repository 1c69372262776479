with

orders as (

    select * from {{ ref('int_orders__interests') }}

    where fit = 'before_split'

),

early_orders as (

    select * from {{ ref('int_orders__early') }}

),

bought_next as (

    select
        early_orders.customer_id,
        early_orders.order_number,
        orders.category,
        sum(
            case
                when orders.order_id = early_orders.next_order_id then orders.gross_amount
                else 0
            end
        ) as next_amount,
        sum(
            case
                when
                    orders.ordered_at
                    <= {{ dbt.dateadd('day', 90, 'early_orders.ordered_at') }}
                    then orders.gross_amount
                else 0
            end
        ) as later_amount

    from early_orders

    inner join orders
        on
            early_orders.customer_id = orders.customer_id
            and (
                early_orders.ordered_at < orders.ordered_at
                or (
                    early_orders.ordered_at = orders.ordered_at
                    and early_orders.order_id < orders.order_id
                )
            )
            and (
                early_orders.next_order_id = orders.order_id
                or {{ dbt.dateadd('day', 90, 'early_orders.ordered_at') }} >= orders.ordered_at
            )

    group by
        early_orders.customer_id,
        early_orders.order_number,
        orders.category

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        order_number,
        category,

        -- booleans
        row_number() over (
            partition by customer_id, order_number
            order by next_amount desc, category asc
        ) = 1 and next_amount > 0 as is_next,
        row_number() over (
            partition by customer_id, order_number
            order by later_amount desc, category asc
        ) = 1 and later_amount > 0 as is_later

    from bought_next

)

select * from final
