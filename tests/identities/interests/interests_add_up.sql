-- Products, money and shares add up: over categories to the shop and to each customer.
with

shop as (

    select
        sum(net_amount) as net_amount,
        count(*) as products

    from {{ ref('products') }}

),

categories as (

    select
        sum(net_amount) as net_amount,
        sum(products) as products

    from {{ ref('interest_categories') }}

),

customers as (

    select
        customer_id,
        sum(net_amount) as net_amount,
        sum(interest_share) as interest_share

    from {{ ref('customer_interests') }}

    group by customer_id

),

predictions as (

    select
        customer_id,
        sum(probability) as probability

    from {{ ref('interest_predictions') }}

    group by customer_id, question

)

select 'shop' as what

from shop

cross join categories

where
    shop.products <> categories.products
    or shop.net_amount <> categories.net_amount

union all

select concat('customer ', totals.customer_id) as what

from {{ ref('customers') }} as totals

left join customers
    on totals.customer_id = customers.customer_id

where
    coalesce(customers.net_amount, 0) <> totals.net_amount
    or abs(customers.interest_share - 1) > 1e-9

union all

select concat('prediction for ', customer_id) as what

from predictions

where abs(probability - 1) > 1e-9
