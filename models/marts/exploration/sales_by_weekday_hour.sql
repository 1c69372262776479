with

orders_with_weekday as (

    select
        *,
        -- 1900-01-01 was a Monday; what databases call the first day differs.
        cast(
            1 + mod({{ dbt.datediff("cast('1900-01-01' as date)", 'ordered_at', 'day') }}, 7)
            as integer
        ) as weekday_number,
        cast(extract(hour from ordered_at) as integer) as hour_of_day

    from {{ ref('orders') }}

),

final as (

    select
        -- text
        case weekday_number
            when 1 then 'Monday'
            when 2 then 'Tuesday'
            when 3 then 'Wednesday'
            when 4 then 'Thursday'
            when 5 then 'Friday'
            when 6 then 'Saturday'
            else 'Sunday'
        end as weekday,

        -- numbers
        weekday_number,
        hour_of_day,
        count(*) as orders,
        count(distinct customer_id) as customers,
        cast(sum(units) as decimal(28, 3)) as units,
        cast(sum(gross_amount) as decimal(28, 7)) as gross_amount,
        cast(sum(gross_amount - net_amount) as decimal(28, 7)) as returned_amount_at_sale,
        cast(sum(net_amount) as decimal(28, 7)) as net_amount

    from orders_with_weekday

    group by weekday_number, hour_of_day

)

select * from final
