{# Python models are run by the adapter, which asks the compiled code for its target. #}
{% macro sparksession__create_table_as(temporary, relation, compiled_code, language='sql') %}
    {%- if language == 'python' %}
{{ compiled_code }}
TARGET = "{{ relation }}"
    {%- else -%}
        {{ spark__create_table_as(temporary, relation, compiled_code, language) }}
    {%- endif -%}
{% endmacro %}
