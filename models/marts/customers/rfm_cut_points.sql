with

customers as (

    select * from {{ ref('customer_rfm') }}

),

scores as (

    {% for measure, value in {
        'recency': 'recency_days',
        'frequency': 'frequency_orders',
        'monetary': 'monetary_amount',
    }.items() -%}
        select
            '{{ measure }}' as measure,
            {{ measure }}_score as score,
            cast({{ value }} as decimal(28, 7)) as measured_value

        from customers

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

final as (

    select
        -- text
        measure,

        -- numbers
        score,
        count(*) as customers,
        min(measured_value) as lowest_value,
        max(measured_value) as highest_value

    from scores

    group by measure, score

)

select * from final
