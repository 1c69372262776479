with

order_lines as (

    select * from {{ ref('order_lines') }}

),

final as (

    select
        -- ids
        order_id,
        customer_id,

        -- text
        min(country) as country,

        -- numbers
        count(*) as lines,
        count(distinct product_id) as products,
        cast(sum(units) as decimal(28, 3)) as units,
        cast(sum(units_returned) as decimal(28, 3)) as units_returned,
        cast(sum(gross_amount) as decimal(28, 7)) as gross_amount,
        cast(sum(net_amount) as decimal(28, 7)) as net_amount,

        -- booleans
        is_guest,
        sum(units) = sum(units_returned) as is_fully_returned,

        -- timestamps
        min(ordered_at) as ordered_at,
        case
            when sum(units) = sum(units_returned) then max(last_returned_at)
        end as fully_returned_at

    from order_lines

    group by order_id, customer_id, is_guest

)

select * from final
