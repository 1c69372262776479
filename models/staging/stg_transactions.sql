with

typed as (

    select * from {{ ref('stg_transactions__typed') }}

),

-- By content and not by place, so that a line keeps its id in any file, order and notation.
hashed as (

    select
        *,
        md5(concat_ws(
            chr(31),
            coalesce(order_id, ''),
            coalesce(product_id, ''),
            coalesce(customer_id, ''),
            coalesce(description, ''),
            coalesce(country, ''),
            coalesce(cast(units as string), quantity_text, ''),
            coalesce(cast(coalesce(line_total, unit_price) as string), unit_price_text, ''),
            coalesce(cast(ordered_at as string), ordered_at_text, '')
        )) as content_hash

    from typed

    where ordered_at is null or ordered_at < {{ as_of_setting() }}

),

copies_numbered as (

    select
        *,
        row_number() over (
            partition by content_hash, source_file
            order by quantity_text, unit_price_text, ordered_at_text
        ) as copy_number

    from hashed

),

-- The n-th copy in one file and the n-th copy in another are the same line, delivered twice.
deliveries_numbered as (

    select
        *,
        row_number() over (
            partition by content_hash, copy_number order by source_file
        ) as delivery_number

    from copies_numbered

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
        line_total,
        copy_number,

        -- booleans
        is_credit,

        -- timestamps
        ordered_at

    from deliveries_numbered

    where delivery_number = 1

)

select * from final
