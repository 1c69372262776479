with

features as (

    select * from {{ ref('int_customers__features') }}

),

fit_dates as (

    select snapshot_date from {{ ref('int_snapshots') }}

    where is_fit_date

),

final as (

    select features.*

    from features

    inner join fit_dates
        on features.snapshot_date = fit_dates.snapshot_date

    where {{ is_drawn('features.customer_id') }}

)

select * from final
