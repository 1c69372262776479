with

views as (

    select * from {{ ref('int_customers__early_views') }}

),

orders as (

    select
        orders_seen.*,
        bought_again.new_products,
        bought_again.lines_bought_again

    from {{ ref('int_orders__seen_early') }} as orders_seen

    inner join {{ ref('int_orders__bought_again') }} as bought_again
        on
            orders_seen.customer_id = bought_again.customer_id
            and orders_seen.order_number = bought_again.order_number

),

orders_summed_to_view as (

    select
        customer_id,
        orders_seen,
        max(case when order_number = orders_seen then country end) as country,
        sum(case when units > units_returned then 1 else 0 end) as orders_kept,
        sum(lines) as lines,
        sum(new_products) as products,
        sum(units) as units,
        sum(units_returned) as units_returned,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount,
        max(
            case
                when order_number = orders_seen then cast(lines_bought_again as double) / lines
            end
        ) as bought_again_share,
        max(case when units > units_returned then ordered_at end) as last_kept_at,
        max(last_used_at) as features_end_at

    from orders

    group by customer_id, orders_seen

),

final as (

    select
        -- ids
        views.customer_id,

        -- text
        seen.country,

        -- numbers
        cast(views.orders_seen as integer) as orders_seen,
        cast(seen.orders_kept as integer) as orders_kept,
        cast(seen.lines as bigint) as lines,
        cast(seen.products as bigint) as products,
        cast(seen.units as decimal(28, 3)) as units,
        cast(seen.units_returned as decimal(28, 3)) as units_returned,
        cast(seen.gross_amount as decimal(28, 7)) as gross_amount,
        cast(seen.net_amount as decimal(28, 7)) as net_amount,
        cast(seen.gross_amount as double) / cast(seen.units as double) as mean_unit_price,
        cast(seen.bought_again_share as double) as bought_again_share,
        cast(views.days_used as integer) as days_used,
        cast(extract(hour from views.seen_at) as integer) as hour,
        -- The line is only long once dbt's macro has been written out.
        cast(1 + mod({{ dbt.datediff("cast('2001-01-01' as date)", 'views.seen_at', 'day') }}, 7) as integer) as weekday, -- noqa: LT05
        cast(extract(month from views.seen_at) as integer) as month,

        -- booleans
        views.is_latest,

        -- timestamps
        views.first_ordered_at,
        views.seen_at,
        seen.last_kept_at,
        seen.features_end_at

    from views

    inner join orders_summed_to_view as seen
        on
            views.customer_id = seen.customer_id
            and views.orders_seen = seen.orders_seen

)

select * from final
