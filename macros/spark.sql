{# On Spark the log is Parquet and is read where it lies. #}
{% macro spark__open_transactions() %}
    {% if execute %}
        {% set session = run_query(
            "select typeof(cast(1 as decimal(38, 7)) - cast(1 as decimal(28, 7))), "
            ~ "current_timezone()"
        ).rows[0] %}
        {% if session | list != ['decimal(38,7)', 'UTC'] %}
            {{ exceptions.raise_compiler_error(
                "This Spark session would lose digits or hours; set "
                ~ "spark.sql.decimalOperations.allowPrecisionLoss to false and "
                ~ "spark.sql.session.timeZone to UTC, as profiles.yml does."
            ) }}
        {% endif %}
        {% if var('hash_customer_ids') %}
            {{ exceptions.raise_compiler_error(
                "The setting hash_customer_ids is true, which Spark does not do; put pseudonyms into "
                ~ "the log before it, or set hash_customer_ids to false."
            ) }}
        {% endif %}
        {% if target.type == 'sparksession' %}
            {% set problem = adapter.problem_with_settings(
                invocation_args_dict.project_dir, settings_given()
            ) %}
            {% if problem %}
                {{ exceptions.raise_compiler_error(problem) }}
            {% endif %}
        {% endif %}
        {% do run_query('create schema if not exists raw') %}
        {% set path = var('transactions') %}
        {% if not path.startswith('/') and '://' not in path %}
            {% set path = invocation_args_dict.project_dir ~ '/' ~ path %}
        {% endif %}
        {% set path = path | replace('`', '``') %}
        {% set columns = '*' %}
        {% if var('time_column') is not none %}
            {% set day = source_column('ordered_at') %}
            {% set columns = '* except (' ~ day ~ '), ' ~ day_and_time() ~ ' as ' ~ day %}
        {% endif %}
        {% do run_query(
            'create or replace view raw.transactions as select ' ~ columns
            ~ ', _metadata.file_path as source_file from parquet.`' ~ path ~ '`'
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
    regexp_replace({{ text }}, '^(-?[0-9]+)[.]0+$', '$1')
{%- endmacro %}


{% macro spark__matches(text, pattern) -%}
    regexp_like({{ text }}, {{ text_literal(pattern) }})
{%- endmacro %}


{# With the session in UTC, text with an offset or without becomes a point in time of UTC. #}
{% macro spark__timestamp_in_utc(text) -%}
    {#- A minute without seconds is not read with an offset. -#}
    try_cast(
        regexp_replace({{ text }}, '([ T][0-9]{2}:[0-9]{2})([+Z-])', '$1:00$2') as timestamp
    )
{%- endmacro %}

{% macro spark__by_clock_of(timestamp, zone) -%}
    from_utc_timestamp({{ timestamp }}, {{ text_literal(zone) }})
{%- endmacro %}


{# In Spark's literals a backslash says that the next letter is another one. #}
{% macro spark__text_literal(value) -%}
    '{{ dbt.escape_single_quotes(value | string | replace('\\', '\\\\')) }}'
{%- endmacro %}


{% macro spark__timestamp_of_microseconds(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}


{# Java's letters for strptime's: one reads one digit or two, two of them exactly two. #}
{% macro spark__timestamp_in_format(text, format) -%}
    {%- set java = namespace(format=modules.re.sub("(?<!%)[A-Za-z]+", "'\\g<0>'", format)) -%}
    {#- Only a fixed width tells where a number ends that follows another without a sign. -#}
    {%- set java.format = modules.re.sub('(?<=%.)%([mdHIMS])', '%\\1%\\1', java.format) -%}
    {%- for letter, pattern in {
        '%Y': 'yyyy', '%y': 'yy', '%m': 'M', '%d': 'd', '%H': 'H', '%I': 'h', '%M': 'm', '%S': 's',
        '%p': 'a', '%b': 'MMM', '%B': 'MMMM'
    }.items() -%}
        {%- set java.format = java.format | replace(letter, pattern) -%}
    {%- endfor -%}
    {%- if '%' in java.format -%}
        {{ exceptions.raise_compiler_error(
            "The setting timestamp_format is '" ~ format ~ "'; on Spark it may be made of "
            ~ "%Y, %y, %m, %d, %H, %I, %M, %S, %p, %b and %B."
        ) }}
    {%- endif -%}
    try_to_timestamp({{ text }}, {{ text_literal(java.format) }})
{%- endmacro %}


{# dbt-spark's own has no order. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    listagg({{ measure }}, {{ delimiter_text }}) within group ({{ order_by_clause }})
{%- endmacro %}


{% macro spark__short_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}


{% macro spark__each_word_of(text) -%}
    explode(regexp_extract_all(lower({{ text }}), '(\\p{L}{3,})'))
{%- endmacro %}
