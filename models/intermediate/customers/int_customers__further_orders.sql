with

-- Each further order is taken to be worth what the customer's orders were worth so far.
customers as (

    select
        customers_measured.*,
        own.segment_rank as own_rank

    from {{ ref('int_customers__rfm') }} as customers_measured

    inner join {{ ref('int_customers__assigned') }} as customers_assigned
        on customers_measured.customer_id = customers_assigned.customer_id

    inner join {{ ref('segment_models') }} as own
        on customers_assigned.segment_key = own.segment_key and own.is_in_force

),

further_orders as (

    {% for orders in range(1, 13) -%}
        select {{ orders }} as orders
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- The day after the last of them.
imagined as (

    select
        customers.customer_id,
        customers.own_rank,
        further_orders.orders,
        {{ log_feature('1') }} as log_recency,
        {{ log_feature('customers.frequency_orders + further_orders.orders') }}
            as log_frequency,
        {{ log_feature(
            'cast(customers.monetary_amount'
            ~ ' * (customers.frequency_orders + further_orders.orders) as double)'
            ~ ' / customers.frequency_orders'
        ) }} as log_monetary

    from customers

    cross join further_orders

    where customers.own_rank > 1

),

distances as (

    select
        imagined.customer_id,
        imagined.own_rank,
        imagined.orders,
        segment_models.segment_key,
        segment_models.segment_rank,
        segment_models.recency_center,
        segment_models.recency_mean,
        segment_models.recency_scale,
        {{ squared_distance('imagined', 'segment_models') }} as squared_distance,
        (imagined.log_recency - segment_models.recency_mean) / segment_models.recency_scale
            as recency_now

    from imagined

    cross join {{ ref('segment_models') }} as segment_models

    where segment_models.is_in_force

),

final as (

    select
        -- ids
        customer_id,
        segment_key,

        -- numbers
        own_rank,
        orders,
        segment_rank,
        squared_distance,
        row_number() over (
            partition by customer_id, orders order by squared_distance, segment_rank
        ) as nearness,
        recency_now,
        recency_center,
        recency_mean,
        recency_scale

    from distances

)

select * from final
