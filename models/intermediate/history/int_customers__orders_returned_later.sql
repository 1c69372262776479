with

orders_returned as (

    select * from {{ ref('int_orders__snapshots') }}

    where is_fully_returned and ordered_by < fully_returned_by

),

final as (

    select
        -- ids
        orders_returned.customer_id,

        -- dates
        snapshots.snapshot_date,

        -- timestamps
        max(
            case
                when orders_returned.fully_returned_by > snapshots.snapshot_date
                    then orders_returned.ordered_at
            end
        ) as last_kept_at,
        max(
            case
                when orders_returned.fully_returned_by = snapshots.snapshot_date
                    then orders_returned.ordered_at
            end
        ) as last_returned_late_at

    from orders_returned

    inner join {{ ref('int_snapshots') }} as snapshots
        on
            orders_returned.ordered_by <= snapshots.snapshot_date
            and orders_returned.fully_returned_by >= snapshots.snapshot_date

    group by orders_returned.customer_id, snapshots.snapshot_date

)

select * from final
