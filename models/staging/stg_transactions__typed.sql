{#- Parsed whatever the settings, looked up only where there are currencies. -#}
{%- set has_currencies = var('currency_column') is not none -%}
{%- set rates = ref('stg_currency_rates') if has_currencies or not execute -%}
{%- set types = source_types() -%}
{%- set price = 'unit_price' if var('line_total_column') is none else 'line_total' -%}
with

source_rows as (

    select
        {{ source_id('order_id', types) }} as order_id_text,
        {{ source_id('product_id', types) }} as product_id_text,
        {{ source_id('customer_id', types) }} as customer_id_text,
        {{ trimmed(source_text('description')) }} as description,
        {{ trimmed(source_text('country')) }} as country,
        {{ trimmed(source_text('status')) }} as status,
        upper({{ trimmed(source_text('currency')) }}) as currency,
        {{ source_text('quantity') }} as quantity_text,
        {{ source_text(price) }} as price_text,
        {{ source_text('ordered_at') }} as ordered_at_text,
        source_file,
        {{ source_value(
            'quantity', types, 'decimal(18, 3)', units_from(source_text('quantity'))
        ) }} as quantity,
        {{ source_value(price, types, 'decimal(18, 4)', unit_price_from(source_text(price))) }}
            as delivered_price,
        {{ source_value(
            'ordered_at', types, 'timestamp', timestamp_from(source_text('ordered_at'))
        ) }} as ordered_at

    from {{ source('raw', 'transactions') }}

),

-- Rows without a readable date are invalid for that, and not for want of a rate: the last does.
priced as (

    select
        source_rows.*,
        {% if has_currencies -%}
            try_cast(source_rows.delivered_price * rates.rate as decimal(18, 4))
        {%- else -%}
            source_rows.delivered_price
        {%- endif %} as price,
        case
            when not {{ is_guest_marker('source_rows.customer_id_text') }}
                then source_rows.customer_id_text
        end as customer_id

    from source_rows
    {%- if has_currencies %}

        left join {{ rates }} as rates
            on
                source_rows.currency = rates.currency
                and (source_rows.ordered_at >= rates.valid_from or source_rows.ordered_at is null)
                and (source_rows.ordered_at < rates.valid_to or rates.valid_to is null)
    {%- endif %}

),

renamed as (

    select
        -- ids
        {% if var('order_id_column') is none -%}
            customer_id || ' ' || cast(ordered_at as string)
        {%- else -%}
            order_id_text
        {%- endif %} as order_id,
        {{ 'upper(product_id_text)' if var('product_id_column') else "'ALL'" }} as product_id,
        customer_id,

        -- text
        {{ with_plain_line_breaks('description') }} as description,
        country,
        case when quantity is null then quantity_text end as quantity_text,
        case when {{ price_of_unit() }} is null then price_text end as unit_price_text,
        case when ordered_at is null then ordered_at_text end as ordered_at_text,
        currency,
        source_file,

        -- numbers
        {{ signed_units() }} as units,
        {{ price_of_unit() }} as unit_price,
        {{ line_total() }} as line_total,
        delivered_price,

        -- booleans
        {{ is_credit() }} as is_credit,
        {{ is_not_sold('status') }} as is_not_sold,

        -- timestamps
        ordered_at

    from priced

)

select * from renamed
