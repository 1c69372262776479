with

lines as (

    select * from {{ ref('source_lines') }}

),

builds as (

    select * from {{ source('raw', 'builds') }}

),

rows_counted as (

    select
        count(*) as source_rows,
        count(*) filter (where {{ is_after_as_of('ordered_at') }}) as rows_after_as_of

    from {{ ref('stg_transactions__typed') }}

),

log_bounds as (

    select
        min(log_date) as first_log_date,
        max(log_date) as last_log_date

    from {{ ref('int_log_days') }}

    where is_in_log

),

dated as (

    select
        first_log_date,
        last_log_date,
        {% if var('as_of') is none -%}
            cast({{ dbt.dateadd('day', 1, 'last_log_date') }} as date)
        {%- else -%}
            {{ as_of_setting() }}
        {%- endif %} as as_of

    from log_bounds

),

periods_begun as (

    select
        *,
        cast({{ dbt.date_trunc(var('learning_period'), 'as_of') }} as date) as period_start,
        cast({{ dbt.date_trunc(
            var('fit_period'), dbt.date_trunc(var('learning_period'), 'as_of')
        ) }} as date) as last_fit_date

    from dated

),

lines_counted as (

    select count(*) as source_lines from lines

),

final as (

    select
        -- ids
        builds.build_id,

        -- text
        builds.source_fingerprint,
        {{ text_literal(var('currency')) }} as currency,

        -- numbers
        {{ var('segment_count') }} as segment_count,
        rows_counted.source_rows,
        rows_counted.rows_after_as_of,
        rows_counted.source_rows
        - rows_counted.rows_after_as_of
        - lines_counted.source_lines as rows_delivered_again,
        lines_counted.source_lines,

        -- dates
        periods_begun.first_log_date,
        periods_begun.last_log_date,
        periods_begun.as_of,
        case
            when
                -- The line is only long once dbt's macro has been written out.
                {{ dbt.datediff('periods_begun.first_log_date', 'periods_begun.last_fit_date', 'day') }} -- noqa: LT05
                >= {{ var('first_fit_days') }}
                then periods_begun.period_start
            else periods_begun.as_of
        end as learned_as_of

    from rows_counted

    cross join builds

    cross join periods_begun

    cross join lines_counted

)

select * from final
