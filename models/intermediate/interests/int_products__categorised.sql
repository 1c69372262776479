with

final as (

    select
        product_id,
        fit,
        category,
        confidence

    from {{ ref('int_products__categorised_now') }}

    union all

    select
        product_id,
        fit,
        category,
        confidence

    from {{ ref('int_products__categorised_before') }}

)

select * from final
