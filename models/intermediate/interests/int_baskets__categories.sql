with

baskets as (

    select
        baskets.basket_number,
        categorised.category,
        count(*) as products

    from {{ ref('int_baskets__products') }} as baskets

    inner join {{ ref('int_products__numbered') }} as products
        on baskets.product_number = products.product_number

    inner join {{ ref('int_products__categorised') }} as categorised
        on products.product_id = categorised.product_id

    where
        baskets.is_held_out and baskets.is_learned_from and categorised.fit = 'present'

    group by baskets.basket_number, categorised.category

),

final as (

    select
        -- numbers
        basket_number,
        category,
        products,
        sum(products) over (partition by basket_number) as basket_products,
        sum(products) over (partition by category) as category_products,
        sum(products) over () as all_products

    from baskets

)

select * from final
