with

features as (

    select * from {{ ref('int_customers__features') }}

    where is_present and {{ is_drawn('customer_id') }}

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        log_recency,
        log_frequency,
        log_monetary,

        -- booleans
        {{ is_sampled('customer_id', var('evaluation_customers')) }} as is_sampled

    from features

)

select * from final
