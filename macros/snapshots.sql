{# The first snapshot that a point in time belongs to the world of: the next month's start or now. #}
{% macro snapshot_after(timestamp) -%}
    least(
        cast({{ dbt.dateadd('month', 1, dbt.date_trunc('month', timestamp)) }} as date),
        build_info.as_of
    )
{%- endmacro %}
