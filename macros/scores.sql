{# The score 1 to 5 of a row: which fifth of the rows lies below it; ties share a score. #}
{% macro quintile(worst_first) -%}
    cast(
        1 + floor(5 * (rank() over (order by {{ worst_first }}) - 1) / count(*) over ())
        as integer
    )
{%- endmacro %}


{# Whether a value lies outside the middle half by more than outlier_fence times its width. #}
{% macro beyond_fences(value, low_quartile, high_quartile) -%}
    (
        {{ high_quartile }} > {{ low_quartile }}
        and (
            {{ value }} - {{ high_quartile }}
            > {{ var('outlier_fence') }} * ({{ high_quartile }} - {{ low_quartile }})
            or {{ low_quartile }} - {{ value }}
            > {{ var('outlier_fence') }} * ({{ high_quartile }} - {{ low_quartile }})
        )
    )
{%- endmacro %}
