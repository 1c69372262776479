with

features as (

    select
        features.*,
        features.snapshot_date = build_info.learned_as_of as is_learned_from

    from {{ ref('int_customers__features') }} as features

    cross join {{ ref('build_info') }} as build_info

    where
        {{ is_drawn('features.customer_id') }}
        and (features.is_present or features.snapshot_date = build_info.learned_as_of)

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
        {{ is_sampled('customer_id', var('evaluation_customers'), 'snapshot_date') }} as is_sampled,
        is_present,
        is_learned_from,

        -- dates
        snapshot_date

    from features

)

select * from final
