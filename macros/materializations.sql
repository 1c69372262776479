{# DuckDB's catalogue changes in transactions, so what is new takes the place of what was there in
   the one that makes it. dbt's own ways make it beside, rename both and drop the old one, which is
   a quarter of what a small build takes. #}

{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {% set target = this.incorporate(type='table') %}
    {% set drop_old = drop_of(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if model.language == 'sql' %}
        {% call statement('main') %}
            {{ drop_old }}
            {{ create_table_as(False, target, compiled_code) }}
        {% endcall %}
    {% else %}
        {# Python writes its table outside of this transaction. #}
        {% set beside = make_intermediate_relation(target) %}
        {% do run_query('drop table if exists ' ~ beside) %}
        {% call statement('main', language=model.language) %}
            {{ create_table_as(False, beside, compiled_code, model.language) }}
        {% endcall %}
        {% call statement('replace') %}
            {{ drop_old }}
            alter table {{ beside }} rename to {{ adapter.quote(target.identifier) }}
        {% endcall %}
    {% endif %}
    {{ return(committed(target)) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {% set target = this.incorporate(type='view') %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') %}
        {{ drop_of(load_cached_relation(this)) }}
        {{ get_create_view_as_sql(target, sql) }}
    {% endcall %}
    {{ return(committed(target)) }}
{% endmaterialization %}


{# The statement that drops a relation, if there is one. #}
{% macro drop_of(relation) -%}
    {% if relation %}drop {{ relation.type }} {{ relation }};{% endif %}
{%- endmacro %}


{# Ends the transaction that has made a table or view, with the hooks before and after its end. #}
{% macro committed(target) %}
    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmacro %}
