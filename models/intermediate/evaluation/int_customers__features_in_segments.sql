with

features as (

    select * from {{ ref('int_customers__features_drawn') }}

),

scored as (

    select * from {{ ref('int_customers__scored') }}

    where view_name = 'known'

),

final as (

    select
        -- ids
        features.customer_id,
        scored.segment_key,

        -- numbers
        features.log_recency,
        features.log_frequency,
        features.log_monetary,

        -- booleans
        {{ is_sampled(
            'features.customer_id',
            var('evaluation_customers'),
            'features.snapshot_date, scored.segment_key'
        ) }} as is_sampled,
        features.is_present,
        features.is_learned_from

    from features

    inner join scored
        on
            features.customer_id = scored.customer_id
            and features.snapshot_date = scored.snapshot_date

)

select * from final
