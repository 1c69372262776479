with

features as (

    select * from {{ ref('int_customers__features_drawn') }}

),

customers_assigned as (

    select * from {{ ref('int_customers__assigned') }}

),

final as (

    select
        -- ids
        features.customer_id,
        customers_assigned.segment_key,

        -- numbers
        features.log_recency,
        features.log_frequency,
        features.log_monetary,

        -- booleans
        {{ is_sampled(
            'features.customer_id', var('evaluation_customers'), 'customers_assigned.segment_key'
        ) }} as is_sampled

    from features

    inner join customers_assigned
        on features.customer_id = customers_assigned.customer_id

)

select * from final
