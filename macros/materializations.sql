{# DuckDB's catalogue changes in transactions, so what is new takes the place of what was there in
   the one that makes it. dbt's own ways make it beside, rename both and drop the old one, which is
   a quarter of what a small build takes. A transaction is one text, since each query costs dbt as
   much as DuckDB needs for a small table; one that dbt began to look at the catalogue ends before. #}

{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {% set target = this.incorporate(type='table') %}
    {% set drop_old = drop_of(load_cached_relation(this)) %}
    {% do run_each(pre_hooks) %}
    {% do adapter.commit() %}
    {% if model.language == 'sql' %}
        {% call statement('main', auto_begin=False) %}
            begin;
            {{ drop_old }}
            {{ create_table_as(False, target, in_order(compiled_code)) }}
            commit;
        {% endcall %}
    {% else %}
        {# Python writes its table outside of this transaction. #}
        {% set beside = make_intermediate_relation(target) %}
        {% do run_query('drop table if exists ' ~ beside) %}
        {% call statement('main', language=model.language) %}
            {{ create_table_as(False, beside, compiled_code, model.language) }}
        {% endcall %}
        {% call statement('replace', auto_begin=False) %}
            begin;
            {{ drop_old }}
            alter table {{ beside }} rename to {{ adapter.quote(target.identifier) }};
            commit;
        {% endcall %}
    {% endif %}
    {{ return(finished(target)) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {% set target = this.incorporate(type='view') %}
    {% set drop_old = drop_of(load_cached_relation(this)) %}
    {% do run_each(pre_hooks) %}
    {% do adapter.commit() %}
    {% call statement('main', auto_begin=False) %}
        begin;
        {{ drop_old }}
        {{ get_create_view_as_sql(target, sql) }}
        commit;
    {% endcall %}
    {{ return(finished(target)) }}
{% endmaterialization %}


{# The statement that drops a relation, if dbt found one when the run started. #}
{% macro drop_of(relation) -%}
    {% if relation %}drop {{ relation.type }} if exists {{ relation }};{% endif %}
{%- endmacro %}


{# The query of a model, for a mart in one order: then the same rows give the same bytes. #}
{% macro in_order(query) -%}
    {% if model.access == 'public' -%}
        select * from (
            {{ query }}
        ) as in_any_order
        order by {{ (model.config.meta.row_order or grain_of(model.unique_id)) | join(', ') or 'all' }}
    {%- else -%}
        {{ query }}
    {%- endif %}
{%- endmacro %}


{# The columns that the test one_row_per proves to tell the rows of a model apart. #}
{% macro grain_of(model_id) %}
    {% for node in graph.nodes.values() if node.attached_node == model_id %}
        {% if node.test_metadata.name == 'one_row_per' %}
            {{ return(node.test_metadata.kwargs.columns) }}
        {% endif %}
    {% endfor %}
    {{ return([]) }}
{% endmacro %}


{# What follows when a table or view is there. #}
{% macro finished(target) %}
    {% do persist_docs(target, model) %}
    {% do run_each(post_hooks) %}
    {{ return({'relations': [target]}) }}
{% endmacro %}


{# Hooks, each in a transaction of its own; those that render to nothing cost no query. #}
{% macro run_each(hooks) %}
    {% for hook in hooks %}
        {% set rendered = render(hook.sql) | trim %}
        {% if rendered %}
            {% do run_query(rendered) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
