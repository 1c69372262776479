{# Whether a customer is among the share that Python learns from; the id alone decides. #}
{% macro is_drawn(customer_id) -%}
    {%- if var('fit_share') == 1 -%}
        true
    {%- else -%}
        left(md5({{ customer_id }}), 8)
        < '{{ '%08x' | format((var('fit_share') * 16 ** 8) | int) }}'
    {%- endif -%}
{%- endmacro %}
