-- The questions that a marketer asks, each with its SQL on published tables.
-- duckdb -readonly published/marts.duckdb, then paste; BI tools take the same text. Each is tested to run.

-- 1. How much did we sell, what came back, and what was kept, by whole month?
select month_start, orders, gross_amount, returned_amount_at_sale, net_amount
from sales_by_month
where not is_partial
order by month_start;

-- 2. What was credited in each month: goods given back, goods without a purchase, or services?
-- Services are what the log never sold as goods: fees, postage, manual entries. Of guests' goods it
-- cannot be told which purchase they give back.
select
    cast(date_trunc('month', credited_at) as date) as month_start,
    sum(case when order_lines.line_id is not null then returns.amount else 0 end)
        as goods_given_back,
    sum(
        case
            when order_lines.line_id is null and products.product_id is not null
                then returns.amount
            else 0
        end
    ) as goods_without_purchase,
    sum(case when products.product_id is null then returns.amount else 0 end) as services
from returns
left join order_lines on returns.purchase_line_id = order_lines.line_id
left join products on returns.product_id = products.product_id
group by cast(date_trunc('month', credited_at) as date)
order by month_start;

-- 3. When do people order: the ten busiest hours of the week?
select weekday, hour_of_day, orders, net_amount
from sales_by_weekday_hour
order by orders desc, weekday_number, hour_of_day
limit 10;

-- 4. Which countries matter, and what is an order worth there?
select country, customers, orders, net_amount / orders as net_amount_per_order, revenue_share
from sales_by_country
order by revenue_share desc
limit 10;

-- 5. Which products bring the first half of revenue?
select revenue_rank, product_id, product_name, category_name, net_amount
from sales_by_product
where cumulative_revenue_share - revenue_share < 0.5
order by revenue_rank;

-- 6. Which well-sold products come back most?
select product_id, product_name, units, units_returned / units as share_returned
from sales_by_product
where orders >= 20
order by share_returned desc, product_id
limit 10;

-- 7. Do we live on new or on returning customers?
select
    month_start,
    customer_kind,
    customers,
    net_amount,
    net_amount / sum(net_amount) over (partition by month_start) as revenue_share
from sales_by_customer_kind
where not is_partial
order by month_start, customer_kind;

-- 8. How many customers of each month are back after one, three and six months?
-- Those of the log's first months (is_left_censored) may well have ordered before it began.
select
    cohort_month,
    is_left_censored,
    cohort_customers,
    max(case when age_months = 1 then retention end) as after_one_month,
    max(case when age_months = 3 then retention end) as after_three_months,
    max(case when age_months = 6 then retention end) as after_six_months
from cohort_retention
where not is_partial
group by cohort_month, cohort_customers, is_left_censored
order by cohort_month;

-- 9. How large are baskets, and which sizes bring the money?
select basket_size, sum(orders) as orders, sum(net_amount) as net_amount
from basket_sizes
group by basket_size, products_from
order by products_from;

-- 10. Who are the segments, what do they bring, and what is to be done?
select segment_name, customers, customer_share, revenue_share, strategy
from segments
order by segment_rank nulls last, customers desc, segment_name;

-- 11. Which customers are one or two orders from a better segment, the most valuable first?
select customer_id, segment_name, next_segment_key, next_step, monetary_amount
from customer_segments
where next_step_orders <= 2
order by monetary_amount desc, customer_id
limit 50;

-- 12. Who left the best segment in the last whole month, by what they did or left undone?
select month_end, from_segment_name, to_segment_name, customers, net_amount
from segment_migrations
where
    cause = 'moved'
    and from_segment_key = (select segment_key from segments where segment_rank = 1)
    and month_end = (
        select max(segment_migrations.month_end)
        from segment_migrations
        inner join sales_by_month
            on cast(date_trunc('month', segment_migrations.month_end) as date)
            = sales_by_month.month_start
        where not sales_by_month.is_partial
    )
order by customers desc;

-- 13. What will the segments do: what did they do in the days after the last look, by which model?
select
    segment_name,
    model_fitted_on,
    starts_on,
    ends_on,
    customers,
    repeat_rate,
    mean_net_amount,
    stands_apart
from segment_outlook
order by mean_net_amount desc;

-- 14. Which interest has each segment, to choose the letter by?
select segment_name, main_interest, count(*) as customers
from customers
where main_interest is not null
group by segment_name, main_interest
order by segment_name, customers desc, main_interest;
