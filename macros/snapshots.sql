{# Whether something is learned at a snapshot: the start of a month, quarter or year of a log that is
   old enough; in a younger log the present. #}
{% macro is_fit_date(period) -%}
    {%- set is_start -%}
        (
            snapshot_date = cast({{ dbt.date_trunc(period, 'snapshot_date') }} as date)
            and {{ dbt.datediff('first_log_date', 'snapshot_date', 'day') }}
            >= {{ var('first_fit_days') }}
        )
    {%- endset -%}
    ({{ is_start }} or (snapshot_date = as_of and not max({{ is_start }}) over ()))
{%- endmacro %}


{# The first snapshot that a point in time belongs to the world of: the next month's start or now. #}
{% macro snapshot_after(timestamp) -%}
    least(
        cast({{ dbt.dateadd('month', 1, dbt.date_trunc('month', timestamp)) }} as date),
        build_info.as_of
    )
{%- endmacro %}
