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
        {{ source_text('quantity') }} as quantity_text,
        {{ source_text(price) }} as price_text,
        {{ source_text('ordered_at') }} as ordered_at_text,
        source_file,
        {{ source_value(
            'quantity', types, 'decimal(18, 3)', units_from(source_text('quantity'))
        ) }} as quantity,
        {{ source_value(price, types, 'decimal(18, 4)', unit_price_from(source_text(price))) }}
            as price,
        {{ source_value(
            'ordered_at', types, 'timestamp', timestamp_from(source_text('ordered_at'))
        ) }} as ordered_at

    from {{ source('raw', 'transactions') }}

),

renamed as (

    select
        -- ids
        {% if var('order_id_column') is none -%}
            case
                when not {{ is_one_of('lower(customer_id_text)', var('guest_markers')) }}
                    then
                        {{ id_from('customer_id_text') }}
                        || ' '
                        || cast(ordered_at as string)
            end
        {%- else -%}
            {{ id_from('order_id_text') }}
        {%- endif %} as order_id,
        {% if var('product_id_column') is none -%}
            'ALL'
        {%- else -%}
            upper({{ id_from('product_id_text') }})
        {%- endif %} as product_id,
        case
            when not {{ is_one_of('lower(customer_id_text)', var('guest_markers')) }}
                then {{ id_from('customer_id_text') }}
        end as customer_id,

        -- text
        description,
        country,
        case when quantity is null then quantity_text end as quantity_text,
        case when {{ price_of_unit() }} is null then price_text end as unit_price_text,
        case when ordered_at is null then ordered_at_text end as ordered_at_text,
        source_file,

        -- numbers
        {{ signed_units() }} as units,
        {{ price_of_unit() }} as unit_price,
        {{ line_total() }} as line_total,

        -- booleans
        {{ is_credit() }} as is_credit,

        -- timestamps
        ordered_at

    from source_rows

)

select * from renamed
