with

numbered as (

    select * from {{ ref('stg_transactions__numbered') }}

),

final as (

    select
        -- ids
        concat(content_hash, '-', cast(copy_number as string)) as line_id,
        order_id,
        product_id,
        customer_id,

        -- text
        description,
        country,
        quantity_text,
        unit_price_text,
        ordered_at_text,

        -- numbers
        units,
        unit_price,
        amount,
        copy_number,

        -- booleans
        is_credit,
        is_not_sold,

        -- timestamps
        ordered_at

    from numbered

    where delivery_number = 1

)

select * from final
