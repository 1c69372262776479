with

products as (

    select * from {{ ref('products') }}

),

categorised as (

    select * from {{ ref('int_products__categorised') }}

    where fit = 'present'

),

final as (

    select
        -- ids
        products.product_id,
        categories.category_key,

        -- text
        products.product_name,
        categories.category_name,

        -- numbers
        cast(categorised.confidence as double) as confidence

    from products

    inner join categorised
        on products.product_id = categorised.product_id

    inner join {{ ref('int_categories__named') }} as categories
        on categorised.category = categories.category

)

select * from final
