with

lines as (

    select * from {{ ref('int_lines__checked') }}

),

judged as (

    select
        *,
        case
            when is_not_sold then 'not_sold'
            when invalid_reason is not null then 'invalid'
            when copy_number > 1 then 'duplicate'
            when is_credit then 'return'
            when units < 0 then 'stock_adjustment'
            when service_meaning is not null then 'service'
            when amount = 0 then 'zero_price'
            else 'sale'
        end as verdict

    from lines

),

final as (

    select
        -- ids
        line_id,
        order_id,
        product_id,
        customer_id,

        -- text
        verdict,
        case verdict
            when 'not_sold' then 'cancelled or not paid'
            when 'invalid' then invalid_reason
            when 'duplicate' then 'copy of an earlier line'
            when 'return' then 'credit note'
            when 'stock_adjustment' then 'negative quantity without a credit note'
            when 'service' then service_meaning
            when 'zero_price' then 'given away'
        end as verdict_reason,
        description,
        country,
        quantity_text,
        unit_price_text,
        ordered_at_text,

        -- numbers
        units,
        unit_price,
        amount,

        -- booleans
        is_guest,

        -- timestamps
        ordered_at

    from judged

)

select * from final
