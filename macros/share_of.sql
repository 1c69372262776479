{# What part of the whole units have of a small amount, exact to seven decimals. #}
{% macro share_of(amount, units, all_units) -%}
    cast(round({{ amount }} * ({{ units }}) / {{ all_units }}, 7) as decimal(28, 7))
{%- endmacro %}
