with

outlook as (

    select * from {{ ref('int_customers__outlook') }}

),

features as (

    select * from {{ ref('int_customers__features') }}

),

joined as (

    select
        features.customer_id,
        features.log_recency,
        features.log_frequency,
        features.log_monetary,
        outlook.next_net_amount,
        {{ is_sampled('features.customer_id', var('evaluation_customers')) }} as is_sampled

    from features

    inner join outlook
        on
            features.customer_id = outlook.customer_id
            and features.snapshot_date = outlook.snapshot_date

    where {{ is_drawn('features.customer_id') }}

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        log_recency,
        log_frequency,
        log_monetary,
        next_net_amount

    from joined

    where is_sampled

)

select * from final
