{%- set first_products = [1, 2, 3, 6, 11, 21, 51, 101] -%}

with

orders_with_class as (

    select
        *,
        case
            {% for first in first_products[1:] | reverse -%}
                when products >= {{ first }} then {{ first }}
            {% endfor -%}
            else 1
        end as products_from

    from {{ ref('orders') }}

),

final as (

    select
        -- text
        case products_from
            {% for first in first_products[:-1] -%}
                {%- set last = first_products[loop.index] - 1 -%}
                when {{ first }}
                    then '{{ first if last == first else first ~ " to " ~ last }}'
            {% endfor -%}
            else 'over {{ first_products[-1] - 1 }}'
        end as basket_size,

        -- numbers
        cast(products_from as integer) as products_from,
        cast(
            case products_from
                {% for first in first_products[:-1] -%}
                    when {{ first }} then {{ first_products[loop.index] - 1 }}
                {% endfor -%}
            end as integer
        ) as products_to,
        count(*) as orders,
        cast(sum(units) as decimal(28, 3)) as units,
        cast(sum(gross_amount) as decimal(28, 7)) as gross_amount,
        cast(sum(gross_amount - net_amount) as decimal(28, 7)) as returned_amount_at_sale,
        cast(sum(net_amount) as decimal(28, 7)) as net_amount,

        -- booleans
        is_guest

    from orders_with_class

    group by products_from, is_guest

)

select * from final
