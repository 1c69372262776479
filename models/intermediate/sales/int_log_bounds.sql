with

bounds as (

    select
        min(log_date) as first_log_date,
        max(log_date) as last_log_date

    from {{ ref('int_log_days') }}

    where is_in_log

),

dated as (

    select
        *,
        {% if var('as_of') is none -%}
            cast({{ dbt.dateadd('day', 1, 'last_log_date') }} as date)
        {%- else -%}
            {{ as_of_setting() }}
        {%- endif %} as as_of

    from bounds

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

final as (

    select
        -- dates
        first_log_date,
        last_log_date,
        as_of,
        case
            when
                {{ dbt.datediff('first_log_date', 'last_fit_date', 'day') }}
                >= {{ var('first_fit_days') }}
                then period_start
            else as_of
        end as learned_as_of

    from periods_begun

)

select * from final
