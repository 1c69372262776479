{# A measure in the space of the segments: the natural logarithm of one plus its value. #}
{% macro log_feature(measure) -%}
    ln(1 + cast({{ measure }} as double))
{%- endmacro %}
