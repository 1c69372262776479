{# When a run starts: checks settings and files, and points the source raw.transactions at them. #}
{% macro default__open_transactions() %}
    {% if execute %}
        {% do call_plugin('check_settings', {
            'project_folder': invocation_args_dict.project_dir,
            'overrides': settings_given(),
        }) %}
        {% set columns = {} %}
        {% for column in [
            'order_id', 'product_id', 'description', 'quantity', 'ordered_at', 'time', 'unit_price',
            'line_total', 'customer_id', 'country', 'status', 'currency'
        ] %}
            {% do columns.update({column: var(column ~ '_column')}) %}
        {% endfor %}
        {% set price = 'unit_price' if var('line_total_column') is none else 'line_total' %}
        {% set settings = {
            'transactions': var('transactions'),
            'columns': columns,
            'encoding': var('encoding'),
            'delimiter': var('delimiter'),
            'project_folder': invocation_args_dict.project_dir,
            'readings': {
                'quantity': units_from('quantity_text'),
                price: unit_price_from(price ~ '_text'),
                'ordered_at': timestamp_from('ordered_at_text'),
            },
            'day_and_time': none if var('time_column') is none else day_and_time(),
            'as_of': none if var('as_of') is none else as_of_setting(),
            'max_invalid_share': var('max_invalid_share'),
            'sheets': var('sheets'),
            'decimal_separator': var('decimal_separator'),
            'credit_marker': var('credit_marker'),
            'not_sold_statuses': var('not_sold_statuses'),
            'time_zone': var('time_zone'),
            'says_offset': has_offset('ordered_at_text'),
            'is_not_sold': is_not_sold(trimmed('status_text')),
            'currency': var('currency'),
        } %}
        {% set opened = call_plugin('open_transactions', settings) %}
        {% for warning in opened.warnings %}
            {{ exceptions.warn(warning) }}
        {% endfor %}
        {% do run_query('create schema if not exists raw') %}
        {% set is_hashed = var('hash_customer_ids') and var('customer_id_column') is not none %}
        {# Text is parsed once and ids are hashed once, into a table; Parquet is read where it lies. #}
        {% set kind = 'table' if opened.is_parsed or is_hashed else 'view' %}
        {% set other_kind = 'view' if kind == 'table' else 'table' %}
        {% set others = run_query(
            "select count(*) from duckdb_" ~ other_kind ~ "s() where schema_name = 'raw' and "
            ~ other_kind ~ "_name = 'transactions'"
        ) %}
        {% if others.rows[0][0] %}
            {% do run_query('drop ' ~ other_kind ~ ' raw.transactions') %}
        {% endif %}
        {% set query = with_hashed_customers(opened.query) if is_hashed else opened.query %}
        {% do run_query('create or replace ' ~ kind ~ ' raw.transactions as ' ~ query) %}
        {% do call_plugin('close_transactions', {}) %}
        {% do begin_build(opened.fingerprint) %}
    {% endif %}
{% endmacro %}
