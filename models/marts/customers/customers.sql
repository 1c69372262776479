with

customers as (

    select * from {{ ref('int_customers__totals') }}

),

final as (

    select
        -- ids
        customers.customer_id,
        customer_segments.segment_key,
        interests.main_interest_key,

        -- text
        customers.country,
        customer_segments.segment_name,
        customer_segments.rfm_segment,
        interests.main_interest,

        -- numbers
        customers.source_lines,
        customers.orders,
        customers.orders_fully_returned,
        customers.gross_amount,
        customers.net_amount,

        -- timestamps
        customers.first_seen_at,
        customers.last_seen_at,
        customers.first_ordered_at,
        customers.last_ordered_at

    from customers

    inner join {{ ref('customer_segments') }} as customer_segments
        on customers.customer_id = customer_segments.customer_id

    left join {{ ref('customer_main_interests') }} as interests
        on customers.customer_id = interests.customer_id

)

select * from final
