{# When a run starts: checks the files of the log and points the source raw.transactions at them. #}
{% macro default__open_transactions() %}
    {% if execute %}
        {% set columns = {} %}
        {% for column in [
            'order_id', 'product_id', 'description', 'quantity', 'ordered_at', 'unit_price',
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
            'scratch_folder': invocation_args_dict.project_dir ~ '/target/transactions',
            'readings': {
                'quantity': units_from('quantity_text'),
                price: unit_price_from(price ~ '_text'),
                'ordered_at': timestamp_from('ordered_at_text'),
            },
            'as_of': as_of_setting(),
            'max_invalid_share': var('max_invalid_share'),
            'sheets': var('sheets'),
            'decimal_separator': var('decimal_separator'),
            'credit_marker': var('credit_marker'),
            'time_zone': var('time_zone'),
            'currency': var('currency'),
        } %}
        {% set opened = call_plugin('open_transactions', settings) %}
        {% for warning in opened.warnings %}
            {{ exceptions.warn(warning) }}
        {% endfor %}
        {% do run_query('create schema if not exists raw') %}
        {# Text is parsed once, into a table; Parquet is read where it lies. #}
        {% set kind = 'table' if opened.is_parsed else 'view' %}
        {% set other_kind = 'view' if opened.is_parsed else 'table' %}
        {% set others = run_query(
            "select count(*) from duckdb_" ~ other_kind ~ "s() where schema_name = 'raw' and "
            ~ other_kind ~ "_name = 'transactions'"
        ) %}
        {% if others.rows[0][0] %}
            {% do run_query('drop ' ~ other_kind ~ ' raw.transactions') %}
        {% endif %}
        {% do run_query('create or replace ' ~ kind ~ ' raw.transactions as ' ~ opened.query) %}
        {% do begin_build(opened.fingerprint) %}
    {% endif %}
{% endmacro %}
