{{ config(materialized='table') }}

with

days_delivered as (

    select
        cast(ordered_at as date) as log_date,
        source_file,
        count(*) as source_rows

    from {{ ref('stg_transactions__typed') }}

    where ordered_at is not null and not {{ is_after_as_of('ordered_at') }}

    group by cast(ordered_at as date), source_file

),

-- What several files deliver counts once.
days_counted as (

    select
        log_date,
        max(source_rows) as source_rows

    from days_delivered

    group by log_date

),

days_compared as (

    select
        *,
        lag(log_date) over (order by log_date) as previous_log_date

    from days_counted

),

-- A long silence splits the log: dates such as 1970-01-01 or 2201-05-04 end up alone.
stretches_numbered as (

    select
        *,
        sum(
            case
                when
                    {{ dbt.datediff('previous_log_date', 'log_date', 'day') }}
                    > {{ var('max_silent_days') }}
                    then 1
                else 0
            end
        ) over (order by log_date) as stretch

    from days_compared

),

stretches_summed as (

    select
        stretch,
        sum(source_rows) as stretch_rows

    from stretches_numbered

    group by stretch

),

stretches_ranked as (

    select
        stretch,
        row_number() over (order by stretch_rows desc, stretch desc) as stretch_rank

    from stretches_summed

),

final as (

    select
        stretches_ranked.stretch_rank = 1 as is_in_log,
        stretches_numbered.log_date

    from stretches_numbered

    inner join stretches_ranked
        on stretches_numbered.stretch = stretches_ranked.stretch

)

select * from final
