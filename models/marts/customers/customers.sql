with

customers as (

    select * from {{ ref('int_customers__totals') }}

),

-- Of several horizons the nearest one that is told.
predictions_told as (

    select
        customer_id,
        segment_key as expected_segment_key,
        segment_name as expected_segment_name,
        probability as expected_probability,
        row_number() over (partition by customer_id order by horizon_days) as horizon_rank

    from {{ ref('new_customer_segments') }}

    where is_told and likelihood_rank = 1

),

nearest_predictions as (

    select * from predictions_told

    where horizon_rank = 1

),

final as (

    select
        -- ids
        customers.customer_id,
        customer_segments.segment_key,
        interests.main_interest_key,
        predictions.expected_segment_key,

        -- text
        customers.country,
        customer_segments.segment_name,
        customer_segments.rfm_segment,
        interests.main_interest,
        predictions.expected_segment_name,

        -- numbers
        customers.source_lines,
        customers.orders,
        customers.orders_fully_returned,
        customers.gross_amount,
        customers.net_amount,
        predictions.expected_probability,

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

    left join nearest_predictions as predictions
        on customers.customer_id = predictions.customer_id

)

select * from final
