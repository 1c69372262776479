with

likelihoods as (

    select * from {{ ref('int_predictions__likelihoods') }}

),

told as (

    select * from {{ ref('int_predictions__told') }}

),

features as (

    select * from {{ ref('int_predictions__features') }}

    where is_latest and not is_over

),

final as (

    select
        -- ids
        likelihoods.customer_id,
        likelihoods.segment_key,
        told.segment_key as expected_segment_key,

        -- text
        playbook.segment_name,
        case
            when told.is_told then expected.segment_name
            else 'too early to tell'
        end as verdict,

        -- numbers
        cast(likelihoods.horizon_days as integer) as horizon_days,
        cast(likelihoods.orders_seen as integer) as orders_seen,
        cast(likelihoods.probability as double) as probability,
        cast(likelihoods.likelihood_rank as integer) as likelihood_rank,
        cast(told.lead_probability as double) as lead_probability,
        cast(told.margin as double) as margin,
        cast(told.buys_again_probability as double) as buys_again_probability,
        cast(told.top_fifth_probability as double) as top_fifth_probability,

        -- booleans
        told.is_told,

        -- dates
        cast(likelihoods.segments_fitted_on as date) as segments_fitted_on,

        -- timestamps
        features.first_ordered_at,
        features.seen_at,
        features.horizon_at

    from likelihoods

    inner join told
        on
            likelihoods.customer_id = told.customer_id
            and likelihoods.horizon_days = told.horizon_days

    inner join features
        on
            likelihoods.customer_id = features.customer_id
            and likelihoods.horizon_days = features.horizon_days

    left join {{ ref('segment_playbook') }} as playbook
        on likelihoods.segment_key = playbook.segment_key

    left join {{ ref('segment_playbook') }} as expected
        on told.segment_key = expected.segment_key

)

select * from final
