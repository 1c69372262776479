{# The setting as_of as a SQL date; the end of time where it is not set. #}
{% macro as_of_setting() -%}
    {%- set day = var('as_of') -%}
    {%- if day is none -%}
        cast('9999-12-31' as date)
    {%- elif modules.re.fullmatch('\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])', day | string) -%}
        cast('{{ day }}' as date)
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "The setting as_of is '" ~ day ~ "'; it must be a day such as 2011-10-01."
        ) }}
    {%- endif -%}
{%- endmacro %}
