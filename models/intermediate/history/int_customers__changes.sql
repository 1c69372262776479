with

build_info as (

    select * from {{ ref('build_info') }}

),

orders as (

    select * from {{ ref('int_orders__snapshots') }}

),

pieces_given_back as (

    select
        given_back.customer_id,
        given_back.amount,
        {{ snapshot_after('given_back.ordered_at') }} as ordered_by,
        {{ snapshot_after('given_back.credited_at') }} as credited_by

    from {{ ref('int_orders__given_back') }} as given_back

    cross join build_info

),

changes as (

    select
        customer_id,
        ordered_by as snapshot_date,
        1 as orders,
        0 as late_orders,
        gross_amount as amount,
        0 as late_amount,
        case when not is_fully_returned then ordered_at end as kept_at

    from orders

    union all

    select
        customer_id,
        fully_returned_by as snapshot_date,
        -1 as orders,
        case when ordered_by < fully_returned_by then 1 else 0 end as late_orders,
        0 as amount,
        0 as late_amount,
        cast(null as timestamp) as kept_at

    from orders

    where is_fully_returned

    union all

    select
        customer_id,
        credited_by as snapshot_date,
        0 as orders,
        0 as late_orders,
        -amount as amount,
        case when ordered_by < credited_by then amount else 0 end as late_amount,
        cast(null as timestamp) as kept_at

    from pieces_given_back

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        sum(orders) as orders,
        sum(late_orders) as late_orders,
        sum(amount) as amount,
        sum(late_amount) as late_amount,

        -- dates
        snapshot_date,

        -- timestamps
        max(kept_at) as last_kept_at

    from changes

    group by customer_id, snapshot_date

)

select * from final
