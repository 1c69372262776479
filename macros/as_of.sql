{# The first day on which somebody who is first seen counts as a new customer. #}
{% macro first_day_of_new_customers() -%}
    {{ dbt.dateadd('day', var('left_censored_days'), 'build_info.first_log_date') }}
{%- endmacro %}


{# Whether a point in time is not before the setting as_of; never where it is not set. #}
{% macro is_after_as_of(time) -%}
    {%- if var('as_of') is none -%} false
    {%- else -%} {{ time }} >= {{ as_of_setting() }}
    {%- endif -%}
{%- endmacro %}


{# The setting as_of as a SQL date. #}
{% macro as_of_setting() -%}
    {%- set day = var('as_of') -%}
    {%- if modules.re.fullmatch('\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])', day | string) -%}
        cast('{{ day }}' as date)
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "The setting as_of is '" ~ day ~ "'; it must be a day such as 2011-10-01."
        ) }}
    {%- endif -%}
{%- endmacro %}
