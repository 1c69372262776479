{# The text of one of the log's columns, or null where the log has no such column. #}
{% macro source_text(column) -%}
    {%- set name = var(column ~ '_column') -%}
    {%- if name is none -%}
        cast(null as string)
    {%- else -%}
        cast({{ adapter.quote(name | replace('"', '""')) }} as string)
    {%- endif -%}
{%- endmacro %}


{# Text without the blanks around it (no-break spaces and tabs too); empty text is null. #}
{% macro trimmed(text) -%}
    nullif(trim(both ' ' || chr(9) || chr(10) || chr(13) || chr(160) from {{ text }}), '')
{%- endmacro %}


{# A list of settings as a SQL list; the empty list holds just the empty text. #}
{% macro text_list(values) -%}
    (
        ''
        {%- for value in values %},
        {{ text_literal(value) }}
        {%- endfor %}
    )
{%- endmacro %}


{# An id as text: 17850.0, which spreadsheets make of 17850, is 17850 again; leading zeros stay. #}
{% macro id_from(text) -%}
    {{ return(adapter.dispatch('id_from', 'segmentation')(text)) }}
{%- endmacro %}

{% macro default__id_from(text) -%}
    case
        when {{ text }} like '%.0' then regexp_replace({{ text }}, '^([0-9]+)[.]0$', '\1')
        else {{ text }}
    end
{%- endmacro %}


{# The log with a pseudonym in the place of each customer id; markers of guests stay. #}
{% macro with_hashed_customers(query) -%}
    {%- set column = adapter.quote(var('customer_id_column') | replace('"', '""')) -%}
    {%- set customer_id = trimmed(source_text('customer_id')) -%}
    select * replace (
        case
            when lower({{ customer_id }}) in {{ text_list(var('guest_markers')) }}
                then {{ customer_id }}
            else
                left(sha256(getvariable('customer_salt') || '/' || {{ id_from(customer_id) }}), 32)
        end as {{ column }}
    )
    from ({{ query }})
{%- endmacro %}


{# Units out of the log's text, exact to three decimals (goods by weight); null where unreadable. #}
{% macro units_from(text) -%}
    try_cast({{ plain_number(text) }} as decimal(18, 3))
{%- endmacro %}


{# A price out of the log's text, exact to four decimals; null where unreadable. #}
{% macro unit_price_from(text) -%}
    try_cast({{ plain_number(text) }} as decimal(18, 4))
{%- endmacro %}


{# A number in the log's notation, rewritten with a decimal point. #}
{% macro plain_number(text) -%}
    {%- set number = trimmed(text) -%}
    {%- if var('thousands_separator') -%}
        {%- set number = "replace(" ~ number ~ ", " ~ text_literal(var('thousands_separator')) ~ ", '')" -%}
    {%- endif -%}
    {%- if var('decimal_separator') == ',' -%}
        {#- Point and comma change places, so that a stray point makes the number unreadable. -#}
        translate({{ number }}, ',.', '.,')
    {%- else -%}
        {{ number }}
    {%- endif -%}
{%- endmacro %}


{# The price of a unit, or the amount of the whole line over its units; null where unreadable. #}
{% macro price_of_unit() -%}
    {%- set price = unit_price_from('unit_price_text') -%}
    {%- if var('line_total_column') is none -%}
        {{ price }}
    {%- else -%}
        {%- set units = units_from('quantity_text') -%}
        {%- set quotient = 'cast(' ~ price ~ ' as double) / nullif(' ~ units ~ ', 0)' -%}
        cast(
            case
                when {{ price }} = 0 then 0
                when {{ is_credit() }} then abs({{ quotient }})
                else {{ quotient }}
            end as decimal(18, 4)
        )
    {%- endif -%}
{%- endmacro %}


{# The amount of the whole line by the log, with the sign of its units; null where prices tell it. #}
{% macro line_total() -%}
    {%- set total = unit_price_from('unit_price_text') -%}
    {%- set units = signed_units() -%}
    {%- if var('line_total_column') is none -%}
        cast(null as decimal(18, 4))
    {%- else -%}
        case
            when {{ is_credit() }} and {{ units }} != 0 then sign({{ units }}) * abs({{ total }})
            when {{ units }} != 0 then {{ total }}
        end
    {%- endif -%}
{%- endmacro %}


{# Units with the sign that the var credit_marker asks for. #}
{% macro signed_units() -%}
    {%- set units = units_from('quantity_text') -%}
    {%- if var('credit_marker') == 'status' -%}
        case when {{ is_credit() }} then -abs({{ units }}) else {{ units }} end
    {%- else -%}
        {{ units }}
    {%- endif -%}
{%- endmacro %}


{# Whether a row is a credit, by what the var credit_marker says. #}
{% macro is_credit() -%}
    {%- if var('credit_marker') == 'negative_quantity' -%}
        coalesce({{ units_from('quantity_text') }} < 0, false)
    {%- elif var('credit_marker') == 'status' -%}
        coalesce(lower(status) in {{ text_list(var('credit_statuses') | map('lower')) }}, false)
    {%- elif var('credit_prefix') -%}
        coalesce(
            left(upper(order_id_text), {{ var('credit_prefix') | length }})
            = {{ text_literal(var('credit_prefix') | upper) }},
            false
        )
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{# A point in time, from ISO text or in the log's own format; null where it is neither. #}
{% macro timestamp_from(text) -%}
    {%- if var('time_zone') is none -%}
        {%- set from_iso = adapter.dispatch('timestamp_as_written', 'segmentation')(text) -%}
    {%- else -%}
        {%- set from_iso = adapter.dispatch('timestamp_in_utc', 'segmentation')(text) -%}
    {%- endif -%}
    {%- set timestamp -%}
        coalesce(
            case when {{ text }} like '____-__-__%' then {{ from_iso }} end,
            {{ timestamp_in_format(text, var('timestamp_format')) }}
        )
    {%- endset -%}
    {%- if var('time_zone') is none -%}
        {{ timestamp }}
    {%- else -%}
        {{ adapter.dispatch('by_clock_of', 'segmentation')(timestamp, var('time_zone')) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__timestamp_as_written(text) -%}
    case
        when {{ has_offset(text) }}
            then try_cast(regexp_replace({{ text }}, ' *([+-][0-9:]+|Z) *$', '') as timestamp)
        else try_cast({{ text }} as timestamp)
    end
{%- endmacro %}

{% macro default__timestamp_in_utc(text) -%}
    case
        when {{ has_offset(text) }}
            then timezone(
                'UTC', try_cast(regexp_replace({{ text }}, ' +([+Z-])', '\1') as timestamptz)
            )
        else try_cast({{ text }} as timestamp)
    end
{%- endmacro %}

{% macro default__by_clock_of(timestamp, zone) -%}
    timezone({{ text_literal(zone) }}, timezone('UTC', {{ timestamp }}))
{%- endmacro %}


{# Whether ISO text says how far from UTC it is; without that it has 19 letters to the second. #}
{% macro has_offset(text) -%}
    {{ return(adapter.dispatch('has_offset', 'segmentation')(text)) }}
{%- endmacro %}

{% macro default__has_offset(text) -%}
    length({{ text }}) > 19
    and regexp_matches({{ text }}, ':[0-9.]+ *([+-][0-9]{2}(:?[0-9]{2})?|Z) *$')
{%- endmacro %}


{# A point in time from text in one strptime format; null where the text does not fit. #}
{% macro timestamp_in_format(text, format) -%}
    {%- if format is none -%}
        cast(null as timestamp)
    {%- else -%}
        {{ adapter.dispatch('timestamp_in_format', 'segmentation')(trimmed(text), format) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__timestamp_in_format(text, format) -%}
    {%- set timestamp = 'try_strptime(' ~ text ~ ', ' ~ text_literal(format) ~ ')' -%}
    {#- A format that reads an offset gives a point in time with a zone. -#}
    {{ "timezone('UTC', " ~ timestamp ~ ')' if '%z' in format | lower else timestamp }}
{%- endmacro %}


{# A setting as a SQL literal; quotes in it stay text. #}
{% macro text_literal(value) -%}
    '{{ dbt.escape_single_quotes(value | string) }}'
{%- endmacro %}
