with

outlook as (

    select * from {{ ref('int_customers__outlook') }}

),

features as (

    select * from {{ ref('int_customers__features') }}

),

final as (

    select
        -- ids
        features.customer_id,

        -- numbers
        features.log_recency,
        features.log_frequency,
        features.log_monetary,
        outlook.next_net_amount

    from features

    inner join outlook
        on
            features.customer_id = outlook.customer_id
            and features.snapshot_date = outlook.snapshot_date

    where {{ is_drawn('features.customer_id') }}

)

select * from final
