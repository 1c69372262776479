with

features as (

    select * from {{ ref('early_orders_features') }}

),

orders_kept_by_now as (

    select
        customer_id,
        count(*) as orders,
        sum(net_amount) as net_amount,
        max(ordered_at) as last_ordered_at

    from {{ ref('orders') }}

    where not is_guest and not is_fully_returned

    group by customer_id

),

-- What is given back after the order is not learned from; of the present it is known.
final as (

    select
        customer_id,
        orders_seen,
        false as is_present,
        orders_kept,
        net_amount,
        last_kept_at

    from features

    union all

    select
        features.customer_id,
        features.orders_seen,
        true as is_present,
        coalesce(by_now.orders, 0) as orders_kept,
        coalesce(by_now.net_amount, 0) as net_amount,
        by_now.last_ordered_at as last_kept_at

    from features

    left join orders_kept_by_now as by_now
        on features.customer_id = by_now.customer_id

    where features.is_latest

)

select * from final
