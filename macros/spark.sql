{# On Spark the log is Parquet and is read where it lies. #}
{% macro spark__open_transactions() %}
    {% if execute %}
        {% do run_query('create schema if not exists raw') %}
        {% set path = var('transactions') %}
        {% if not path.startswith('/') and '://' not in path %}
            {% set path = invocation_args_dict.project_dir ~ '/' ~ path %}
        {% endif %}
        {% do run_query(
            'create or replace view raw.transactions as '
            ~ 'select *, _metadata.file_path as source_file from parquet.`' ~ path ~ '`'
        ) %}
        {% do run_query(
            'create or replace view raw.builds as select ' ~ text_literal(invocation_id)
            ~ " as build_id, sha2(array_join(array_sort(collect_list(concat_ws(' ', path, length, "
            ~ "modificationTime))), ''), 256) as source_fingerprint from binaryFile.`" ~ path ~ '`'
        ) %}
    {% endif %}
{% endmacro %}


{# Nothing is published from Spark: BI tools read its tables. #}
{% macro spark__stage_mart() -%}{%- endmacro %}

{% macro spark__end_build(results) -%}{%- endmacro %}


{% macro spark__id_from(text) -%}
    regexp_replace({{ text }}, '^([0-9]+)[.]0$', '$1')
{%- endmacro %}


{# With the session in UTC, text with an offset or without becomes a point in time of UTC. #}
{% macro spark__timestamp_in_utc(text) -%}
    try_cast({{ text }} as timestamp)
{%- endmacro %}

{% macro spark__by_clock_of(timestamp, zone) -%}
    from_utc_timestamp({{ timestamp }}, {{ text_literal(zone) }})
{%- endmacro %}


{# Java's letters for strptime's; one letter reads one digit or two. #}
{% macro spark__timestamp_in_format(text, format) -%}
    {%- set java = namespace(format=format) -%}
    {%- for letter, pattern in {
        '%Y': 'yyyy', '%y': 'yy', '%m': 'M', '%d': 'd', '%H': 'H', '%I': 'h', '%M': 'm', '%S': 's',
        '%p': 'a', '%b': 'MMM', '%B': 'MMMM'
    }.items() -%}
        {%- set java.format = java.format | replace(letter, pattern) -%}
    {%- endfor -%}
    cast(try_to_timestamp({{ text }}, {{ text_literal(java.format) }}) as timestamp)
{%- endmacro %}
