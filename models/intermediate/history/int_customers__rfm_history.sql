{{ config(materialized='table') }}

with

customers_seen as (

    select
        customers.customer_id,
        snapshots.snapshot_date,
        snapshots.is_present

    from {{ ref('int_customers__totals') }} as customers

    inner join {{ ref('int_snapshots') }} as snapshots
        on
            -- Who has no dated line at all is only seen in the present.
            customers.first_seen_at < snapshots.snapshot_date
            or (customers.first_seen_at is null and snapshots.is_present)

),

-- Everything up to the snapshot, and nothing of later.
running as (

    select
        customers_seen.customer_id,
        customers_seen.snapshot_date,
        customers_seen.is_present,
        coalesce(changes.late_orders, 0) as late_orders,
        coalesce(changes.late_amount, 0) as late_amount,
        returned_later.last_returned_late_at,
        sum(coalesce(changes.orders, 0)) over up_to_then as frequency_orders,
        sum(coalesce(changes.amount, 0)) over up_to_then as monetary_amount,
        max(changes.last_kept_at) over up_to_then as last_kept_at,
        returned_later.last_kept_at as last_kept_for_now_at

    from customers_seen

    left join {{ ref('int_customers__changes') }} as changes
        on
            customers_seen.customer_id = changes.customer_id
            and customers_seen.snapshot_date = changes.snapshot_date

    left join {{ ref('int_customers__orders_returned_later') }} as returned_later
        on
            customers_seen.customer_id = returned_later.customer_id
            and customers_seen.snapshot_date = returned_later.snapshot_date

    window up_to_then as (
        partition by customers_seen.customer_id order by customers_seen.snapshot_date
    )

),

last_orders_compared as (

    select
        *,
        greatest(last_kept_at, last_kept_for_now_at) as last_order_at,
        greatest(last_kept_at, last_kept_for_now_at, last_returned_late_at)
            as last_order_if_kept_at

    from running

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        -- The lines are only long once dbt's macros have been written out.
        cast({{ dbt.datediff('last_order_at', 'snapshot_date', 'day') }} as bigint) -- noqa: LT05
            as recency_days,
        cast(frequency_orders as bigint) as frequency_orders,
        cast(monetary_amount as decimal(28, 7)) as monetary_amount,
        cast({{ dbt.datediff('last_order_if_kept_at', 'snapshot_date', 'day') }} as bigint) -- noqa: LT05
            as recency_days_if_kept,
        cast(frequency_orders + late_orders as bigint) as frequency_orders_if_kept,
        cast(monetary_amount + late_amount as decimal(28, 7)) as monetary_amount_if_kept,

        -- booleans
        late_amount > 0 as has_late_returns,
        is_present,

        -- dates
        snapshot_date

    from last_orders_compared

)

select * from final
