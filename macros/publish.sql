{# When a run starts: names the build, and opens a generation for it if all is to be built. #}
{% macro begin_build(source_fingerprint) %}
    {% set marts = [] %}
    {% for node in graph.nodes.values()
        | selectattr('resource_type', 'eq', 'model') | selectattr('access', 'eq', 'public')
    %}
        {% set columns = {} %}
        {% for column in node.columns.values() %}
            {% do columns.update({column.name: column.description}) %}
        {% endfor %}
        {% do marts.append({
            'name': node.name,
            'description': node.description,
            'relation': node.relation_name,
            'columns': columns,
        }) %}
    {% endfor %}
    {% set build = call_plugin('begin_build', {
        'project_folder': invocation_args_dict.project_dir,
        'overrides': settings_given(),
        'source_fingerprint': source_fingerprint,
        'is_whole': is_whole_build(),
        'is_full_refresh': flags.FULL_REFRESH,
        'is_learning': graph.nodes.values()
            | selectattr('language', 'eq', 'python')
            | selectattr('unique_id', 'in', selected_resources) | list | length > 0,
        'generations_kept': var('generations_kept'),
        'marts': marts,
    }) %}
    {% do run_query(
        'create or replace table raw.builds as select ' ~ text_literal(build.build_id)
        ~ ' as build_id, ' ~ text_literal(source_fingerprint) ~ ' as source_fingerprint'
    ) %}
{% endmacro %}

{# When a run ends: says what tests found, and publishes the marts if all was built and passed. #}
{% macro default__end_build(results) %}
    {% for failed in results | selectattr('status', 'eq', 'fail')
        if 'as problem' in (failed.node.compiled_code or '')
    %}
        {% for row in run_query(failed.node.compiled_code).rows %}
            {#- Nothing in a log acts on the terminal. -#}
            {% set problem = modules.re.sub('[\\x00-\\x1f\\x7f-\\x9f]', '?', row.problem) %}
            {% do print(failed.node.name ~ ': ' ~ problem) %}
        {% endfor %}
    {% endfor %}
    {% if execute and invocation_args_dict.which in ['build', 'retry'] %}
        {% set failures = results
            | rejectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list %}
        {% if failures %}
            {% set reason = failures | length ~ ' of ' ~ results | length
                ~ ' nodes failed or were skipped' %}
        {% elif not is_whole_build() %}
            {% set reason = 'this was not a dbt build of the whole project' %}
        {% endif %}
        {% set answer = call_plugin('end_build', {'reason_not_to': reason | default(none)}) %}
        {% do log(answer.message, info=true) %}
    {% endif %}
{% endmacro %}

{# Whether the run is to build and test everything; unit tests may be left out. #}
{% macro is_whole_build() %}
    {% set left_out = graph.nodes.values()
        | selectattr('resource_type', 'in', ['model', 'seed', 'snapshot', 'test'])
        | rejectattr('unique_id', 'in', selected_resources) | list %}
    {{ return(invocation_args_dict.which == 'build' and not flags.EMPTY and not left_out) }}
{% endmacro %}

{# The vars of the command line. In YAML a day without quotes is no text, and no JSON. #}
{% macro settings_given() %}
    {% set settings = {} %}
    {% for name, value in invocation_args_dict.vars.items() %}
        {% do settings.update({name: value | string if name == 'as_of' and value else value}) %}
    {% endfor %}
    {{ return(settings) }}
{% endmacro %}

{# The answer of a plugin's function, from JSON to JSON; stops the run with its problem. #}
{% macro call_plugin(function, arguments) %}
    {% do run_query('select ' ~ function ~ '(' ~ text_literal(tojson(arguments)) ~ ')') %}
    {% set answer = run_query("select content from read_text(getvariable('answer'))") %}
    {% set answer = fromjson(answer.rows[0][0]) %}
    {% if answer.problem %}
        {{ exceptions.raise_compiler_error(answer.problem) }}
    {% endif %}
    {{ return(answer) }}
{% endmacro %}

{# Prepares the mart that was just built for BI tools, beside the build; nothing else is published. #}
{% macro default__stage_mart() -%}
    {% if invocation_args_dict.which == 'build' %}
        select stage_mart({{ text_literal(tojson(this.identifier)) }})
    {%- endif %}
{%- endmacro %}
