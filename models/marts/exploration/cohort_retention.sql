with

build_info as (

    select * from {{ ref('build_info') }}

),

months as (

    select * from {{ ref('int_months') }}

),

orders as (

    select * from {{ ref('int_orders__in_months') }}

    where customer_id is not null

),

cohorts as (

    select
        cohort_month,
        count(distinct customer_id) as cohort_customers

    from orders

    group by cohort_month

),

orders_summed_to_cohort_and_month as (

    select
        cohort_month,
        month_start,
        count(distinct customer_id) as customers,
        count(*) as orders,
        sum(net_amount) as net_amount

    from orders

    group by cohort_month, month_start

),

final as (

    select
        -- numbers
        cast(
            {{ dbt.datediff('cohorts.cohort_month', 'months.month_start', 'month') }} -- noqa: LT05
            as integer
        ) as age_months,
        cohorts.cohort_customers,
        coalesce(orders_summed.customers, 0) as customers,
        coalesce(orders_summed.orders, 0) as orders,
        cast(coalesce(orders_summed.net_amount, 0) as decimal(28, 7)) as net_amount,
        cast(coalesce(orders_summed.customers, 0) as double) / cohorts.cohort_customers
            as retention,

        -- booleans
        months.is_partial or first_months.is_partial as is_partial,
        cohorts.cohort_month < {{ first_day_of_new_customers() }} as is_left_censored,

        -- dates
        cohorts.cohort_month,
        months.month_start

    from cohorts

    cross join build_info

    inner join months
        on cohorts.cohort_month <= months.month_start

    inner join months as first_months
        on cohorts.cohort_month = first_months.month_start

    left join orders_summed_to_cohort_and_month as orders_summed
        on
            cohorts.cohort_month = orders_summed.cohort_month
            and months.month_start = orders_summed.month_start

)

select * from final
