with

products as (

    select
        products.product_id,
        case
            when products.gross_amount < 1 * products.units then 1
            when products.gross_amount < 2 * products.units then 2
            when products.gross_amount < 3 * products.units then 3
            when products.gross_amount < 5 * products.units then 4
            when products.gross_amount <= 10 * products.units then 5
            else 6
        end as price_band,
        present.category,
        before_split.category as category_before_split

    from {{ ref('products') }} as products

    inner join {{ ref('int_products__categorised') }} as present
        on products.product_id = present.product_id and present.fit = 'present'

    inner join {{ ref('int_products__categorised') }} as before_split
        on products.product_id = before_split.product_id and before_split.fit = 'before_split'

),

final as (

    select
        -- ids
        product_id,

        -- text
        'price_bands' as compared_with,

        -- numbers
        category,
        price_band as other_grouping

    from products

    union all

    select
        product_id,
        'before_split' as compared_with,
        category,
        category_before_split as other_grouping

    from products

)

select * from final
