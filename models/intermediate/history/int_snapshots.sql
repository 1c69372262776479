{{ config(materialized='table') }}

with

build_info as (

    select * from {{ ref('build_info') }}

),

months_numbered as (

    {{ dbt.generate_series(1200) }}

),

month_starts as (

    select
        cast(
            {{ dbt.dateadd(
                'month',
                'months_numbered.generated_number',
                dbt.date_trunc('month', 'build_info.first_log_date')
            ) }} as date
        ) as snapshot_date,
        build_info.first_log_date,
        build_info.as_of,
        build_info.learned_as_of

    from build_info

    cross join months_numbered

),

-- The present stands at the end, also in the middle of a month.
snapshots as (

    select * from month_starts

    where snapshot_date < as_of

    union all

    select
        as_of as snapshot_date,
        first_log_date,
        as_of,
        learned_as_of

    from build_info

    where as_of is not null

),

outlooks_marked as (

    select
        *,
        {{ dbt.datediff('snapshot_date', 'learned_as_of', 'day') }}
        >= {{ var('outlook_days') }} as has_outlook

    from snapshots

),

final as (

    select
        -- booleans
        {{ is_fit_date(var('fit_period')) }} as is_fit_date,
        snapshot_date = as_of as is_present,
        has_outlook
        and not coalesce(
            lead(has_outlook) over (order by snapshot_date), false
        ) as is_outlook_start,

        -- dates
        snapshot_date,
        lag(snapshot_date) over (order by snapshot_date) as previous_snapshot_date,
        cast({{ dbt.dateadd('day', -1, 'snapshot_date') }} as date) as month_end

    from outlooks_marked

)

select * from final
