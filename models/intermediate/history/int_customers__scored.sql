{{ config(materialized='table') }}

with

customers as (

    select * from {{ ref('int_customers__views') }}

),

nearest_segments as (

    select * from {{ ref('int_customers__nearest_segments') }}

),

final as (

    select
        -- ids
        customers.customer_id,
        coalesce(
            nearest_segments.segment_key,
            case
                when customer_orders.first_ordered_at < customers.snapshot_date
                    then 'kept_nothing'
            end,
            'never_bought'
        ) as segment_key,
        nearest_segments.runner_up_segment_key,

        -- text
        customers.view_name,

        -- numbers
        customers.recency_days,
        customers.frequency_orders,
        customers.monetary_amount,
        nearest_segments.squared_distance,
        nearest_segments.runner_up_squared_distance,

        -- booleans
        customers.is_present,

        -- dates
        customers.snapshot_date,
        customers.fitted_on

    from customers

    left join nearest_segments
        on
            customers.customer_id = nearest_segments.customer_id
            and customers.snapshot_date = nearest_segments.snapshot_date
            and customers.view_name = nearest_segments.view_name

    left join {{ ref('int_customers__totals') }} as customer_orders
        on customers.customer_id = customer_orders.customer_id

)

select * from final
