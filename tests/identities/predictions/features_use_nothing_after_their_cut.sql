-- What a customer is known by with the n-th order was known when it was placed: nothing that a
-- feature uses is later, and the money is that of the first n orders, to the penny.
with

orders as (

    select
        customer_id,
        gross_amount,
        ordered_at as cut_at,
        row_number() over (
            partition by customer_id order by ordered_at, order_id
        ) as orders_seen

    from {{ ref('orders') }}

    where not is_guest

),

running as (

    select
        *,
        sum(gross_amount) over (
            partition by customer_id order by orders_seen
            rows between unbounded preceding and current row
        ) as gross_amount_by_then

    from orders

)

select
    features.customer_id,
    features.orders_seen,
    features.features_end_at,
    running.cut_at

from {{ ref('early_orders_features') }} as features

left join running
    on
        features.customer_id = running.customer_id
        and features.orders_seen = running.orders_seen

where
    running.cut_at is null
    or features.features_end_at > running.cut_at
    or features.gross_amount <> running.gross_amount_by_then
