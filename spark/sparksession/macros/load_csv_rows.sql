{# dbt-spark's own writes an empty cell as the text None, and stumbles over apostrophes. #}
{% macro sparksession__load_csv_rows(model, agate_table) %}
    {% set types = model.config.column_types %}
    {% set rows = [] %}
    {% for row in agate_table.rows %}
        {% set values = [] %}
        {% for column in agate_table.column_names %}
            {% set value = row[column] %}
            {% set literal = 'null' if value is none else
                "'" ~ value | string | replace('\\', '\\\\') | replace("'", "\\'") ~ "'" %}
            {% set type = types[column] or adapter.convert_type(agate_table, loop.index0) %}
            {% do values.append('cast(' ~ literal ~ ' as ' ~ type ~ ')') %}
        {% endfor %}
        {% do rows.append('(' ~ values | join(', ') ~ ')') %}
    {% endfor %}
    {% set sql = 'insert into ' ~ this.render() ~ ' values ' ~ rows | join(', ') %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
