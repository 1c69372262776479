with

products as (

    select
        product_categories.*,
        products.net_amount,
        row_number() over (
            partition by product_categories.category_key
            order by products.net_amount desc, products.product_id asc
        ) as product_rank

    from {{ ref('product_categories') }} as product_categories

    inner join {{ ref('products') }} as products
        on product_categories.product_id = products.product_id

),

products_summed_to_category as (

    select
        category_key,
        count(*) as products,
        sum(net_amount) as net_amount,
        avg(cast(confidence as decimal(18, 12))) as mean_confidence,
        {{ dbt.listagg(
            'case when product_rank <= 5 then coalesce(product_name, product_id) end',
            "' | '",
            'order by product_rank'
        ) }} as top_products

    from products

    group by category_key

),

customers_counted as (

    select
        product_categories.category_key,
        count(distinct order_lines.order_id) as orders,
        count(distinct order_lines.customer_id) as customers

    from {{ ref('order_lines') }} as order_lines

    inner join {{ ref('product_categories') }} as product_categories
        on order_lines.product_id = product_categories.product_id

    group by product_categories.category_key

),

final as (

    select
        -- ids
        categories.category_key,

        -- text
        categories.category_name,
        categories.strategy,
        categories.terms,
        products_summed_to_category.top_products,

        -- numbers
        products_summed_to_category.products,
        customers_counted.orders,
        customers_counted.customers,
        cast(products_summed_to_category.net_amount as decimal(28, 7)) as net_amount,
        cast(products_summed_to_category.net_amount as double)
        / nullif(
            cast(sum(products_summed_to_category.net_amount) over () as double), 0
        ) as revenue_share,
        cast(products_summed_to_category.mean_confidence as double) as mean_confidence

    from {{ ref('int_categories__named') }} as categories

    inner join products_summed_to_category
        on categories.category_key = products_summed_to_category.category_key

    left join customers_counted
        on categories.category_key = customers_counted.category_key

)

select * from final
