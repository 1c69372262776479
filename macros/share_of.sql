{# What part of the whole units have of a small amount, exact to seven decimals. #}
{% macro share_of(amount, units, all_units) -%}
    cast(
        round(cast({{ amount }} * ({{ units }}) as double) / cast({{ all_units }} as double), 7)
        as decimal(28, 7)
    )
{%- endmacro %}
