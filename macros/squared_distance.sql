{# Squared distance of a customer's features to a segment's centre, in standard deviations. #}
{% macro squared_distance(features, segment_models) -%}
    {%- for measure in ['recency', 'frequency', 'monetary'] %}
        {{ '+ ' if not loop.first -}}
        {{ squared_distance_by(measure, features, segment_models) }}
    {%- endfor -%}
{%- endmacro %}


{# What one measure adds to it. #}
{% macro squared_distance_by(measure, features, segment_models) -%}
    power(
        ({{ features }}.log_{{ measure }} - {{ segment_models }}.{{ measure }}_mean)
        / {{ segment_models }}.{{ measure }}_scale
        - {{ segment_models }}.{{ measure }}_center,
        2
    )
{%- endmacro %}
