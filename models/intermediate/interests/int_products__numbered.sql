with

products as (

    select * from {{ ref('products') }}

),

final as (

    select
        -- ids
        product_id,

        -- text
        product_name,

        -- numbers
        row_number() over (order by product_id) - 1 as product_number

    from products

)

select * from final
