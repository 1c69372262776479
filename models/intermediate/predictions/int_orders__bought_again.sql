with

products_in_orders as (

    select
        orders.customer_id,
        orders.order_number,
        order_lines.product_id,
        count(*) as lines

    from {{ ref('int_orders__of_new_customers') }} as orders

    inner join {{ ref('order_lines') }} as order_lines
        on
            orders.customer_id = order_lines.customer_id
            and orders.order_id = order_lines.order_id

    group by orders.customer_id, orders.order_number, order_lines.product_id

),

first_bought as (

    select
        customer_id,
        product_id,
        min(order_number) as order_number

    from products_in_orders

    group by customer_id, product_id

),

final as (

    select
        -- ids
        products_in_orders.customer_id,

        -- numbers
        products_in_orders.order_number,
        sum(
            case
                when first_bought.order_number = products_in_orders.order_number then 1
                else 0
            end
        ) as new_products,
        sum(
            case
                when first_bought.order_number < products_in_orders.order_number
                    then products_in_orders.lines
                else 0
            end
        ) as lines_bought_again

    from products_in_orders

    inner join first_bought
        on
            products_in_orders.customer_id = first_bought.customer_id
            and products_in_orders.product_id = first_bought.product_id

    group by products_in_orders.customer_id, products_in_orders.order_number

)

select * from final
