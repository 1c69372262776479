with

features as (

    select * from {{ ref('int_customers__features') }}

),

fit_dates as (

    select snapshot_date from {{ ref('int_snapshots') }}

    where is_fit_date

),

-- By the same hash at every date, so that a customer is seen again at the next one.
features_at_fits as (

    select
        features.*,
        {{ is_sampled('features.customer_id', var('fit_customers'), 'features.snapshot_date') }}
            as is_sampled,
        {{ is_sampled(
            'features.customer_id', var('evaluation_customers'), 'features.snapshot_date'
        ) }} as is_start

    from features

    inner join fit_dates
        on features.snapshot_date = fit_dates.snapshot_date

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

        -- booleans
        is_outlier,
        is_start,

        -- dates
        snapshot_date

    from features_at_fits

    where is_sampled

)

select * from final
