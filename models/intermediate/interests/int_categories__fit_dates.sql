with

build_info as (

    select * from {{ ref('build_info') }}

),

snapshots as (

    select
        snapshots.snapshot_date,
        build_info.first_log_date,
        build_info.as_of

    from {{ ref('int_snapshots') }} as snapshots

    cross join build_info

),

snapshots_marked as (

    select
        *,
        {{ is_fit_date('month') }} as is_fit_date

    from snapshots

),

fit_dates as (

    select
        snapshot_date,
        {{ dbt.datediff('first_log_date', 'snapshot_date', 'month') }} -- noqa: LT05
            as months_of_log

    from snapshots_marked

    where is_fit_date

),

final as (

    select
        -- booleans
        snapshot_date = coalesce(
            min(case when months_of_log >= 12 then snapshot_date end) over (),
            min(snapshot_date) over ()
        ) as is_count_date,

        -- dates
        snapshot_date as fitted_on

    from fit_dates

)

select * from final
