-- By the published centres, plain SQL finds as many customers in every segment as the fit did.
with

distances as (

    select
        features.customer_id,
        segment_models.fitted_on,
        segment_models.segment_rank,
        {{ squared_distance('features', 'segment_models') }} as squared_distance

    from {{ ref('int_customers__features_at_fits') }} as features

    inner join {{ ref('segment_models') }} as segment_models
        on features.snapshot_date = segment_models.fitted_on

    where not features.is_outlier and segment_models.event != 'retired'

),

ranked as (

    select
        fitted_on,
        segment_rank,
        row_number() over (
            partition by customer_id, fitted_on order by squared_distance, segment_rank
        ) as nearness

    from distances

),

counted as (

    select
        fitted_on,
        segment_rank,
        count(*) as customers

    from ranked

    where nearness = 1

    group by fitted_on, segment_rank

)

select
    segment_models.fitted_on,
    segment_models.segment_key,
    segment_models.customers_fitted,
    counted.customers

from {{ ref('segment_models') }} as segment_models

left join counted
    on
        segment_models.fitted_on = counted.fitted_on
        and segment_models.segment_rank = counted.segment_rank

where
    segment_models.event != 'retired'
    and segment_models.customers_fitted != coalesce(counted.customers, 0)
