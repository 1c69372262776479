{# The text of one of the log's columns, or null where the log has no such column. #}
{% macro source_text(column) -%}
    {%- if var(column ~ '_column') is none -%}
        cast(null as string)
    {%- else -%}
        cast({{ source_column(column) }} as string)
    {%- endif -%}
{%- endmacro %}


{# The name of one of the log's columns, quoted. #}
{% macro source_column(column) -%}
    {{ adapter.quote(var(column ~ '_column') | replace('"', '""')) }}
{%- endmacro %}


{# The day and the time of day that another column has, as one text. What spreadsheets and types add is
   left out: midnight to the day, a day to the time. #}
{% macro day_and_time() -%}
    {%- set midnight = '[ T](0?0:00(:00([.]0+)?)?|12:00(:00)? ?[Aa][Mm])$' -%}
    {%- set first_day = '^([0-9]{4}-[0-9]{2}-[0-9]{2}[ T]|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} )' -%}
    nullif(
        concat_ws(
            ' ',
            regexp_replace({{ trimmed(source_text('ordered_at')) }}, '{{ midnight }}', ''),
            regexp_replace({{ trimmed(source_text('time')) }}, '{{ first_day }}', '')
        ),
        ''
    )
{%- endmacro %}


{# The types that the open log's columns have. #}
{% macro source_types() -%}
    {{ return(types_of(adapter.get_columns_in_relation(source('raw', 'transactions')))) }}
{%- endmacro %}


{# The types of columns by their names, in lower case. #}
{% macro types_of(columns) -%}
    {%- set types = {} -%}
    {%- for column in columns -%}
        {%- do types.update({column.name: column.dtype | lower}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}


{# A value of the log: as it is where its type cannot be misread, else read out of its text. #}
{% macro source_value(column, types, sql_type, reading) -%}
    {%- set value = 'try_cast(' ~ source_column(column) ~ ' as ' ~ sql_type ~ ')' -%}
    {%- set found = types.get(var(column ~ '_column'), '') -%}
    {%- set is_number = sql_type.startswith('decimal') -%}
    {%- if is_number and found == 'double' -%}
        {#- What takes more than 15 digits, or more decimals than it gets, is read as it is written. -#}
        case
            when
                abs({{ source_column(column) }}) < 1e11
                and cast({{ value }} as double) = {{ source_column(column) }}
                then {{ value }}
            else try_cast({{ source_text(column) }} as {{ sql_type }})
        end
    {%- elif
        is_number
        and (found in ['tinyint', 'smallint', 'int', 'integer', 'bigint'] or found.startswith('decimal'))
    -%}
        {{ value }}
    {%- elif
        sql_type == 'timestamp'
        and (found == 'date' or (found == 'timestamp' and var('time_zone') is none))
    -%}
        {#- A day is the shop's, whatever zone times are in. DuckDB has infinite ones. -#}
        case
            when
                {{ value }} >= cast('0001-01-01 00:00:00' as timestamp)
                and {{ value }} < cast('9999-12-31 23:59:59.999' as timestamp)
                then {{ value }}
        end
    {%- else -%}
        {{ reading }}
    {%- endif -%}
{%- endmacro %}


{# The text of one of the log's ids. Spreadsheets and data frames make floats of whole numbers. #}
{% macro source_id(column, types) -%}
    {%- set text = id_from(trimmed(source_text(column))) -%}
    {%- if types.get(var(column ~ '_column')) in ['double', 'float'] -%}
        {%- set id = source_column(column) -%}
        case
            when isnan({{ id }}) then null
            when {{ id }} between 0 and 1e15 and {{ id }} = floor({{ id }})
                then cast(cast({{ id }} as bigint) as string)
            else {{ text }}
        end
    {%- else -%}
        {{ text }}
    {%- endif -%}
{%- endmacro %}


{# Text without what nobody sees around it; empty text is null. #}
{% macro trimmed(text) -%}
    {#- Blanks that do not break or have no width, and marks of direction and of a file's start. -#}
    {%- set unseen = '\u00a0\u202f\u200b\u200e\u200f\ufeff' -%}
    nullif(trim(both ' {{ unseen }}' || chr(9) || chr(10) || chr(13) from {{ text }}), '')
{%- endmacro %}


{# Text whose lines all end alike: the same text comes with other ends from other software. #}
{% macro with_plain_line_breaks(text) -%}
    case
        when {{ text }} like '%' || chr(13) || '%'
            then replace(replace({{ text }}, chr(13) || chr(10), chr(10)), chr(13), chr(10))
        else {{ text }}
    end
{%- endmacro %}


{# Whether text is one of a list of settings; false where it is null. #}
{% macro is_one_of(text, values) -%}
    {#- A plain list is turned into a join, which costs a pass over rows that nobody asks for. -#}
    case {{ text }} {% for value in values %}when {{ text_literal(value) }} then true {% endfor -%}
    else false end
{%- endmacro %}


{# An id as text: 17850.0, which spreadsheets make of 17850, and 17850.00, as decimals are written, are
   17850 again; leading zeros stay. #}
{% macro id_from(text) -%}
    {{ return(adapter.dispatch('id_from', 'segmentation')(text)) }}
{%- endmacro %}

{% macro default__id_from(text) -%}
    case
        when {{ text }} like '%.0%' then regexp_replace({{ text }}, '^(-?[0-9]+)[.]0+$', '\1')
        else {{ text }}
    end
{%- endmacro %}


{# Whether an id means that a row has no customer. #}
{% macro is_guest_marker(id) -%}
    {%- set markers = [] -%}
    {%- for marker in var('guest_markers') -%}
        {%- do markers.append(modules.re.sub('^(-?[0-9]+)[.]0+$', '\\1', marker)) -%}
    {%- endfor -%}
    {{ is_one_of('lower(' ~ id ~ ')', markers) }}
{%- endmacro %}


{# The log with a pseudonym in the place of each customer id; markers of guests stay. #}
{% macro with_hashed_customers(query) -%}
    {%- set types = types_of(adapter.get_column_schema_from_query(query)) -%}
    {%- set customer_id = source_id('customer_id', types) -%}
    select * replace (
        case
            when {{ is_guest_marker(customer_id) }} then {{ customer_id }}
            else left(sha256(getvariable('customer_salt') || '/' || {{ customer_id }}), 32)
        end as {{ source_column('customer_id') }}
    )
    from ({{ query }})
{%- endmacro %}


{# Units out of the log's text, exact to three decimals (goods by weight); null where unreadable. #}
{% macro units_from(text) -%}
    try_cast({{ plain_number(text) }} as decimal(18, 3))
{%- endmacro %}


{# A price out of the log's text, exact to four decimals; null where unreadable. #}
{% macro unit_price_from(text) -%}
    {%- set sign = var('currency_sign') -%}
    try_cast({{ plain_number(without_sign(text, sign) if sign else text) }} as decimal(18, 4))
{%- endmacro %}


{# A price without the currency's sign before or after it; null where that parts two digits. #}
{% macro without_sign(text, sign) -%}
    case
        when not {{ matches(text, '[0-9].*' ~ modules.re.escape(sign) ~ '.*[0-9]') }}
            then replace({{ text }}, {{ text_literal(sign) }}, '')
    end
{%- endmacro %}


{# A number in the log's notation, rewritten with a decimal point and its minus in front. #}
{% macro plain_number(text) -%}
    {%- set number = trimmed(text) -%}
    {%- if var('thousands_separator') -%}
        {%- set number = without_thousands(number, var('thousands_separator')) -%}
    {%- endif -%}
    {%- if var('decimal_separator') == ',' -%}
        {#- Point and comma change places, so that a stray point makes the number unreadable. -#}
        {%- set number = "translate(" ~ number ~ ", ',.', '.,')" -%}
    {%- endif -%}
    case
        when {{ number }} like '%-' then '-' || left({{ number }}, length({{ number }}) - 1)
        when {{ number }} like '(%)' then '-' || substring({{ number }}, 2, length({{ number }}) - 2)
        else {{ number }}
    end
{%- endmacro %}


{# A number without its separators of thousands; null where one of them parts no thousands. #}
{% macro without_thousands(number, separator) -%}
    {%- set one = ('\\' if separator in ']^-\\' else '') ~ separator -%}
    {#- The last group has three digits, in India those before it two, and none begins with 0. -#}
    {%- set pattern = '^[^0-9' ~ one ~ ']*[1-9][0-9]{0,2}([' ~ one ~ '][0-9]{2,3})*[' ~ one
        ~ '][0-9]{3}([^0-9' ~ one ~ '][^' ~ one ~ ']*)?$' -%}
    case
        when not contains({{ number }}, {{ text_literal(separator) }}) then {{ number }}
        when {{ matches(number, pattern) }} then replace({{ number }}, {{ text_literal(separator) }}, '')
    end
{%- endmacro %}


{# Whether a regular expression is found in text. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'segmentation')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, {{ text_literal(pattern) }})
{%- endmacro %}


{# The price of a unit, or the amount of the whole line over its units; null where unreadable. #}
{% macro price_of_unit() -%}
    {%- if var('line_total_column') is none and takes_units_back() -%}
        case when {{ is_credit() }} then abs(price) else price end
    {%- elif var('line_total_column') is none -%}
        price
    {%- else -%}
        {%- set quotient = 'cast(price as double) / nullif(quantity, 0)' -%}
        {#- Engines round the text of a double, or its last bits: of a decimal there is one way. -#}
        {%- set quotient = 'try_cast(' ~ quotient ~ ' as decimal(38, 10))' -%}
        try_cast(
            case
                when price = 0 then 0
                when {{ is_credit() }} and {{ signed_units() }} < 0 then abs({{ quotient }})
                else {{ quotient }}
            end as decimal(18, 4)
        )
    {%- endif -%}
{%- endmacro %}


{# The amount of the whole line by the log, with the sign of its units; null where prices tell it. #}
{% macro line_total() -%}
    {%- set units = signed_units() -%}
    {%- if var('line_total_column') is none -%}
        cast(null as decimal(18, 4))
    {%- else -%}
        case
            when {{ is_credit() }} and {{ units }} < 0 then -abs(price)
            when {{ units }} != 0 then price
        end
    {%- endif -%}
{%- endmacro %}


{# Whether a credit is one whatever the signs of its units and price, by the var credit_marker. #}
{% macro takes_units_back() -%}
    {{ return(var('credit_marker') in ['status', 'negative_amount']) }}
{%- endmacro %}


{# Units with the sign that the var credit_marker asks for. #}
{% macro signed_units() -%}
    {%- if takes_units_back() -%}
        case when {{ is_credit() }} then -abs(quantity) else quantity end
    {%- else -%}
        quantity
    {%- endif -%}
{%- endmacro %}


{# Whether a row was never sold, by its status. #}
{% macro is_not_sold(status) -%}
    {%- if var('not_sold_statuses') -%}
        {{ is_one_of('lower(' ~ status ~ ')', var('not_sold_statuses') | map('lower')) }}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{# Whether a row is a credit, by what the var credit_marker says. #}
{% macro is_credit() -%}
    {%- if var('credit_marker') == 'negative_quantity' -%}
        coalesce(quantity < 0, false)
    {%- elif var('credit_marker') == 'negative_amount' -%}
        {#- As delivered: in another currency it may round to nothing. -#}
        coalesce(delivered_price < 0 or (delivered_price > 0 and quantity < 0), false)
    {%- elif var('credit_marker') == 'status' -%}
        {{ is_one_of('lower(status)', var('credit_statuses') | map('lower')) }}
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
    {%- set text = trimmed(text) -%}
    {%- if var('time_zone') is none -%}
        {%- set from_iso = adapter.dispatch('timestamp_as_written', 'segmentation')(text) -%}
    {%- else -%}
        {%- set from_iso = adapter.dispatch('timestamp_in_utc', 'segmentation')(text) -%}
    {%- endif -%}
    {%- set in_format = timestamp_in_format(text, var('timestamp_format')) -%}
    {%- set timestamp -%}
        {#- Text with the day before the month looks like ISO too. -#}
        {%- if (var('timestamp_format') or '').startswith('%Y-%d') -%}
            {{ in_format }}
        {%- else -%}
            coalesce(
                case when {{ text }} like '____-__-__%' then {{ from_iso }} end,
                {{ in_format }}
            )
        {%- endif -%}
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
            then timezone('UTC', try_cast(
                {#- A minute without seconds is not read with an offset. -#}
                regexp_replace(
                    regexp_replace({{ text }}, ' +([+Z-])', '\1'),
                    '([ T][0-9]{2}:[0-9]{2})([+Z-])', '\1:00\2'
                ) as timestamptz
            ))
        else try_cast({{ text }} as timestamp)
    end
{%- endmacro %}

{% macro default__by_clock_of(timestamp, zone) -%}
    timezone({{ text_literal(zone) }}, timezone('UTC', {{ timestamp }}))
{%- endmacro %}


{# Whether ISO text says how far from UTC it is; without that it has 10, 16 or 19 letters. #}
{% macro has_offset(text) -%}
    length({{ text }}) > 16
    and length({{ text }}) != 19
    and {{ matches(text, ':[0-9.]+ *([+-][0-9]{2}(:?[0-9]{2})?|Z) *$') }}
{%- endmacro %}


{# A point in time from text in one strptime format, or counted; null where the text does not fit. #}
{% macro timestamp_in_format(text, format) -%}
    {%- set number = 'try_cast(' ~ text ~ ' as decimal(28, 10))' -%}
    {%- set seconds = {
        'unix': number,
        'unix_ms': number ~ ' / 1000',
        'excel': '(' ~ number ~ ' - 25569) * 86400',
    } -%}
    {%- if format is none -%}
        cast(null as timestamp)
    {%- elif format in seconds -%}
        {{ timestamp_of_seconds('round(' ~ seconds[format] ~ ', 0)') }}
    {%- else -%}
        {{ adapter.dispatch('timestamp_in_format', 'segmentation')(text, format) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__timestamp_in_format(text, format) -%}
    {%- set timestamp = 'try_strptime(' ~ text ~ ', ' ~ text_literal(format) ~ ')' -%}
    {#- A format that reads an offset gives a point in time with a zone. -#}
    {{ "timezone('UTC', " ~ timestamp ~ ')' if '%z' in format | lower else timestamp }}
{%- endmacro %}


{# The point in time some seconds after the start of 1970; null beyond the years 1 to 9999. #}
{% macro timestamp_of_seconds(seconds) -%}
    case
        when {{ seconds }} between -62135596800 and 253402300799
            then {{ adapter.dispatch('timestamp_of_microseconds', 'segmentation')(
                'cast(' ~ seconds ~ ' as bigint) * 1000000'
            ) }}
    end
{%- endmacro %}

{% macro default__timestamp_of_microseconds(microseconds) -%}
    make_timestamp({{ microseconds }})
{%- endmacro %}


{# A setting as a SQL literal; quotes in it stay text. #}
{% macro text_literal(value) -%}
    {{ return(adapter.dispatch('text_literal', 'segmentation')(value)) }}
{%- endmacro %}

{% macro default__text_literal(value) -%}
    '{{ dbt.escape_single_quotes(value | string) }}'
{%- endmacro %}


{# Hash of a row by content and not by place: the same in any file, order and notation. #}
{% macro content_hash() -%}
    md5(concat_ws(
        chr(31),
        coalesce(known.order_id, ''),
        coalesce(known.product_id, ''),
        coalesce(known.customer_id, ''),
        coalesce(known.description, ''),
        coalesce(known.country, ''),
        coalesce(cast(known.units as string), known.quantity_text, ''),
        {% if var('currency_column') is none -%}
            coalesce(
                cast(coalesce(known.line_total, known.unit_price) as string),
                known.unit_price_text,
                ''
            ),
        {%- else -%}
            {#- A rate that is corrected makes no other line. -#}
            coalesce(known.currency, ''),
            coalesce(cast(known.delivered_price as string), known.unit_price_text, ''),
        {%- endif %}
        {% if takes_units_back() -%}
            cast(known.is_credit as string),
        {%- endif %}
        {% if var('not_sold_statuses') -%}
            cast(known.is_not_sold as string),
        {%- endif %}
        coalesce(cast(known.ordered_at as string), known.ordered_at_text, '')
    ))
{%- endmacro %}


{# A number that rows of equal values share, and hardly any others: what it finds has to be checked. #}
{% macro short_hash(columns) -%}
    {{ return(adapter.dispatch('short_hash', 'segmentation')(columns)) }}
{%- endmacro %}

{% macro default__short_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
