select weekday_number, weekday, hour_of_day, orders, net_amount
from sales_by_weekday_hour
order by weekday_number, hour_of_day
