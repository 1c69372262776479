with

source_rows as (

    select
        {{ trimmed(source_text('order_id')) }} as order_id_text,
        {{ trimmed(source_text('product_id')) }} as product_id_text,
        {{ trimmed(source_text('customer_id')) }} as customer_id_text,
        {{ trimmed(source_text('description')) }} as description,
        {{ trimmed(source_text('country')) }} as country,
        {{ trimmed(source_text('status')) }} as status,
        {{ source_text('quantity') }} as quantity_text,
        {{ source_text(
            'unit_price' if var('line_total_column') is none else 'line_total'
        ) }} as unit_price_text,
        {{ source_text('ordered_at') }} as ordered_at_text,
        source_file

    from {{ source('raw', 'transactions') }}

),

renamed as (

    select
        -- ids
        {% if var('order_id_column') is none -%}
            case
                when lower(customer_id_text) not in {{ text_list(var('guest_markers')) }}
                    then
                        {{ id_from('customer_id_text') }}
                        || ' '
                        || cast({{ timestamp_from('ordered_at_text') }} as string)
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
            when lower(customer_id_text) not in {{ text_list(var('guest_markers')) }}
                then {{ id_from('customer_id_text') }}
        end as customer_id,

        -- text
        description,
        country,
        quantity_text,
        unit_price_text,
        ordered_at_text,
        source_file,

        -- numbers
        {{ signed_units() }} as units,
        {{ price_of_unit() }} as unit_price,
        {{ line_total() }} as line_total,

        -- booleans
        {{ is_credit() }} as is_credit,

        -- timestamps
        {{ timestamp_from('ordered_at_text') }} as ordered_at

    from source_rows

)

select * from renamed
