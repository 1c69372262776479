-- In each month the cohorts' customers, orders and net revenue are those of the known customers,
-- and the cohort of age 0 is the month's new customers.
with

months as (

    select
        month_start,
        sum(customers) as customers,
        sum(case when customer_kind = 'new' then customers else 0 end) as new_customers,
        sum(orders) as orders,
        sum(net_amount) as net_amount

    from {{ ref('sales_by_customer_kind') }}

    where customer_kind <> 'guest'

    group by month_start

),

cohorts as (

    select
        month_start,
        sum(customers) as customers,
        sum(case when age_months = 0 then cohort_customers else 0 end) as new_customers,
        sum(orders) as orders,
        sum(net_amount) as net_amount

    from {{ ref('cohort_retention') }}

    group by month_start

)

select
    sales_by_month.month_start,
    months.customers

from {{ ref('sales_by_month') }} as sales_by_month

left join months
    on sales_by_month.month_start = months.month_start

left join cohorts
    on sales_by_month.month_start = cohorts.month_start

where
    coalesce(months.customers, 0) <> sales_by_month.customers
    or coalesce(cohorts.customers, 0) <> sales_by_month.customers
    or coalesce(months.new_customers, 0) <> coalesce(cohorts.new_customers, 0)
    or coalesce(months.orders, 0) <> coalesce(cohorts.orders, 0)
    or coalesce(months.net_amount, 0) <> coalesce(cohorts.net_amount, 0)
