{# Whether an id is among the first so many in the order of a hash, which random_seed changes. #}
{% macro is_sampled(id, most, within=none) -%}
    dense_rank() over (
        {% if within %}partition by {{ within }} {% endif -%}
        order by md5(concat('{{ var("random_seed") }} ', {{ id }})), {{ id }}
    ) <= {{ most }}
{%- endmacro %}
