with

order_lines as (

    select * from {{ ref('order_lines') }}

),

descriptions_counted as (

    select
        product_id,
        description,
        count(*) as lines,
        min(ordered_at) as first_ordered_at

    from {{ ref('source_lines') }}

    where verdict = 'sale' and description is not null

    group by product_id, description

),

descriptions_ranked as (

    select
        product_id,
        description,
        row_number() over (
            partition by product_id order by lines desc, description asc
        ) as description_rank,
        first_value(description) over (
            partition by product_id order by first_ordered_at, description
        ) as first_description

    from descriptions_counted

),

sales_summed_to_product as (

    select
        product_id,
        count(*) as lines,
        count(distinct order_id) as orders,
        count(distinct customer_id) as customers,
        sum(units) as units,
        sum(units_returned) as units_returned,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount,
        min(ordered_at) as first_sold_at,
        max(ordered_at) as last_sold_at

    from order_lines

    group by product_id

),

final as (

    select
        -- ids
        sales_summed_to_product.product_id,

        -- text
        descriptions_ranked.description as product_name,
        descriptions_ranked.first_description as first_product_name,

        -- numbers
        sales_summed_to_product.lines,
        sales_summed_to_product.orders,
        sales_summed_to_product.customers,
        cast(sales_summed_to_product.units as decimal(28, 3)) as units,
        cast(sales_summed_to_product.units_returned as decimal(28, 3)) as units_returned,
        cast(sales_summed_to_product.gross_amount as decimal(28, 7)) as gross_amount,
        cast(sales_summed_to_product.net_amount as decimal(28, 7)) as net_amount,

        -- timestamps
        sales_summed_to_product.first_sold_at,
        sales_summed_to_product.last_sold_at

    from sales_summed_to_product

    left join descriptions_ranked
        on
            sales_summed_to_product.product_id = descriptions_ranked.product_id
            and descriptions_ranked.description_rank = 1

)

select * from final
