with

products as (

    select
        products.product_id,
        {{ price_band('products.gross_amount', 'products.units') }} as price_band,
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
