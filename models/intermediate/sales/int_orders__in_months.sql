with

orders as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'ordered_at') }} as date) as month_start

    from {{ ref('orders') }}

),

first_months as (

    select
        customer_id,
        min(month_start) as cohort_month

    from orders

    where not is_guest

    group by customer_id

),

final as (

    select
        -- ids
        orders.order_id,
        orders.customer_id,

        -- text
        case
            when orders.is_guest then 'guest'
            when orders.month_start = first_months.cohort_month then 'new'
            else 'returning'
        end as customer_kind,

        -- numbers
        orders.units,
        orders.gross_amount,
        orders.net_amount,

        -- dates
        orders.month_start,
        first_months.cohort_month

    from orders

    left join first_months
        on orders.customer_id = first_months.customer_id

)

select * from final
