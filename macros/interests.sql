{# Whether an order is kept out of the learning of categories, to measure them on. #}
{% macro is_held_out(order_id) -%}
    (left(md5({{ order_id }}), 1) in ('0', '1', '2'))
{%- endmacro %}


{# The moment that parts what predictions of interest learn from and what they are tested on. #}
{% macro interest_split() -%}
    cast({{ dbt.dateadd('day', -var('interest_test_days'), 'build_info.learned_as_of') }} as date)
{%- endmacro %}


{# A row for each word, three letters or more of any alphabet, in lower case. #}
{% macro each_word_of(text) -%}
    {{ adapter.dispatch('each_word_of', 'segmentation')(text) }}
{%- endmacro %}

{% macro default__each_word_of(text) -%}
    unnest(regexp_extract_all(lower({{ text }}), '\p{L}{3,}'))
{%- endmacro %}


{# Which of six price bands an amount for so many units falls in: below 1, 2, 3, 5, up to 10, above. #}
{% macro price_band(amount, units) -%}
    case
        when {{ amount }} < 1 * {{ units }} then 1
        when {{ amount }} < 2 * {{ units }} then 2
        when {{ amount }} < 3 * {{ units }} then 3
        when {{ amount }} < 5 * {{ units }} then 4
        when {{ amount }} <= 10 * {{ units }} then 5
        else 6
    end
{%- endmacro %}
