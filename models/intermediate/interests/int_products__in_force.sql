with

final as (

    select
        -- text
        asked.fit,

        -- numbers
        products.product_number,
        categorised.category

    from {{ ref('int_categories__asked') }} as asked

    inner join {{ ref('int_products__categorised_by_month') }} as categorised
        on asked.fitted_on = categorised.fitted_on

    inner join {{ ref('int_products__numbered') }} as products
        on categorised.product_id = products.product_id

)

select * from final
