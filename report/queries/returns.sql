select month_start, is_partial, gross_amount, returned_amount_at_sale, returned_amount_at_credit
from sales_by_month
order by month_start
