{{ config(materialized='table') }}

with

snapshots as (

    select * from {{ ref('int_snapshots') }}

),

accepted_fits as (

    select distinct fitted_on from {{ ref('segment_models') }}

    where is_accepted

),

in_force as (

    select
        snapshots.snapshot_date,
        snapshots.previous_snapshot_date,
        snapshots.month_end,
        max(accepted_fits.fitted_on) as fitted_on

    from snapshots

    inner join accepted_fits
        on snapshots.snapshot_date >= accepted_fits.fitted_on

    group by
        snapshots.snapshot_date,
        snapshots.previous_snapshot_date,
        snapshots.month_end

),

final as (

    select
        -- dates
        snapshot_date,
        previous_snapshot_date,
        month_end,
        fitted_on,
        lag(fitted_on) over (order by snapshot_date) as previous_fitted_on

    from in_force

)

select * from final
