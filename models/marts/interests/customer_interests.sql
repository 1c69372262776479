with

order_lines as (

    select * from {{ ref('order_lines') }}

    where not is_guest and net_amount > 0

),

categories as (

    select
        category_key,
        category_name,
        revenue_share

    from {{ ref('interest_categories') }}

),

lines_summed_to_category as (

    select
        order_lines.customer_id,
        product_categories.category_key,
        count(*) as lines,
        sum(order_lines.net_amount) as net_amount

    from order_lines

    inner join {{ ref('product_categories') }} as product_categories
        on order_lines.product_id = product_categories.product_id

    group by order_lines.customer_id, product_categories.category_key

),

customers as (

    select
        customer_id,
        sum(lines) as customer_lines,
        sum(net_amount) as customer_net_amount

    from lines_summed_to_category

    group by customer_id

),

shares as (

    select
        customers.customer_id,
        customers.customer_lines,
        categories.category_key,
        categories.category_name,
        categories.revenue_share,
        coalesce(lines_summed_to_category.lines, 0) as lines,
        coalesce(lines_summed_to_category.net_amount, 0) as net_amount,
        cast(coalesce(lines_summed_to_category.net_amount, 0) as double)
        / cast(customers.customer_net_amount as double) as spend_share

    from customers

    cross join categories

    left join lines_summed_to_category
        on
            customers.customer_id = lines_summed_to_category.customer_id
            and categories.category_key = lines_summed_to_category.category_key

),

-- The fewer lines are known, the nearer the share stays to that of the whole shop.
final as (

    select
        -- ids
        customer_id,
        category_key,

        -- text
        category_name,

        -- numbers
        lines,
        cast(net_amount as decimal(28, 7)) as net_amount,
        spend_share,
        (customer_lines * spend_share + {{ var('interest_prior_lines') }} * revenue_share)
        / (customer_lines + {{ var('interest_prior_lines') }}) as interest_share

    from shares

)

select * from final
