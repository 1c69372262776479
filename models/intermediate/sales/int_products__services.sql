{{ config(materialized='table') }}

with

products_seen as (

    select distinct product_id from {{ ref('stg_transactions__typed') }}

),

final as (

    select
        products_seen.product_id,
        min(service_codes.meaning) as service_meaning

    from products_seen

    inner join {{ ref('service_codes') }} as service_codes
        on
            products_seen.product_id = upper(service_codes.code)
            or (
                service_codes.is_prefix
                and left(products_seen.product_id, length(service_codes.code))
                = upper(service_codes.code)
            )

    group by products_seen.product_id

)

select * from final
