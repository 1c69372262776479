select
    cohort_month,
    age_months,
    cohort_customers,
    customers,
    net_amount,
    retention,
    is_partial,
    is_left_censored
from cohort_retention
order by cohort_month, age_months
