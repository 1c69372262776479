{# Whether a customer is among the share that Python learns from; the id alone decides. #}
{% macro is_drawn(customer_id) -%}
    {%- if var('fit_share') == 1 -%}
        true
    {%- else -%}
        left(md5({{ customer_id }}), 8)
        < '{{ '%08x' | format((var('fit_share') * 16 ** 8) | int) }}'
    {%- endif -%}
{%- endmacro %}


{# Whether an id is among the first so many in the order of a hash, which random_seed changes. #}
{% macro is_sampled(id, most, within=none) -%}
    dense_rank() over (
        {% if within %}partition by {{ within }} {% endif -%}
        order by md5(concat('{{ var("random_seed") }} ', {{ id }})), {{ id }}
    ) <= {{ most }}
{%- endmacro %}


{# Whether a case's customer is among those that its part, train or test, has room for. #}
{% macro is_sampled_case(within) -%}
    {%- set most -%}
        case part
            when 'test' then {{ var('evaluation_customers') }} else {{ var('fit_new_customers') }}
        end
    {%- endset -%}
    {{ is_sampled('customer_id', most, within ~ ', part') }}
{%- endmacro %}
