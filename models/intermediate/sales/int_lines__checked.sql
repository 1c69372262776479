with

lines as (

    select * from {{ ref('stg_transactions') }}

),

log_days as (

    select * from {{ ref('int_log_days') }}

),

service_products as (

    select * from {{ ref('int_products__services') }}

),

described as (

    select
        lines.*,
        service_products.service_meaning,
        log_days.is_in_log,
        lines.customer_id is null as is_guest

    from lines

    left join service_products
        on lines.product_id = service_products.product_id

    left join log_days
        on cast(lines.ordered_at as date) = log_days.log_date

),

final as (

    select
        *,
        case
            when order_id is null then 'missing_order_id'
            when product_id is null then 'missing_product_id'
            when units is null then 'unreadable_quantity'
            when units = 0 then 'zero_quantity'
            when unit_price is null then 'unreadable_unit_price'
            when ordered_at is null then 'unreadable_date'
            when not is_in_log then 'date_outside_log'
            when abs(units) > {{ var('max_units_per_line') }} then 'implausible_quantity'
            when amount is null then 'implausible_amount'
            -- A price may round to nothing, and its amount says yet on which side of it.
            when
                (unit_price < 0 or (amount < 0 and units > 0) or (amount > 0 and units < 0))
                and service_meaning is null
                then 'negative_unit_price'
            when is_credit and units > 0 then 'credit_with_positive_quantity'
        end as invalid_reason

    from described

)

select * from final
