with

products_ranked as (

    select
        *,
        cast(row_number() over (order by net_amount desc, product_id asc) as bigint)
            as revenue_rank

    from {{ ref('products') }}

),

-- Sums of decimals do not depend on the order of rows; only the quotient is a double.
products_summed_down as (

    select
        *,
        cast(sum(net_amount) over () as double) as net_amount_of_all,
        cast(
            sum(net_amount) over (order by revenue_rank rows unbounded preceding) as double
        ) as net_amount_so_far

    from products_ranked

),

final as (

    select
        -- ids
        products_summed_down.product_id,

        -- text
        products_summed_down.product_name,
        product_categories.category_name,

        -- numbers
        products_summed_down.lines,
        products_summed_down.orders,
        products_summed_down.customers,
        products_summed_down.units,
        products_summed_down.units_returned,
        products_summed_down.gross_amount,
        cast(
            products_summed_down.gross_amount - products_summed_down.net_amount
            as decimal(28, 7)
        ) as returned_amount_at_sale,
        products_summed_down.net_amount,
        products_summed_down.revenue_rank,
        cast(products_summed_down.net_amount as double)
        / nullif(products_summed_down.net_amount_of_all, 0) as revenue_share,
        products_summed_down.net_amount_so_far
        / nullif(products_summed_down.net_amount_of_all, 0) as cumulative_revenue_share

    from products_summed_down

    left join {{ ref('product_categories') }} as product_categories
        on products_summed_down.product_id = product_categories.product_id

)

select * from final
