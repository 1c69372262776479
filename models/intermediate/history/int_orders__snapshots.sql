with

build_info as (

    select * from {{ ref('build_info') }}

),

final as (

    select
        -- ids
        orders.order_id,
        orders.customer_id,

        -- numbers
        orders.gross_amount,

        -- booleans
        orders.is_fully_returned,

        -- dates
        {{ snapshot_after('orders.ordered_at') }} as ordered_by,
        case
            when orders.is_fully_returned then {{ snapshot_after('orders.fully_returned_at') }}
        end as fully_returned_by,

        -- timestamps
        orders.ordered_at

    from {{ ref('orders') }} as orders

    cross join build_info

    where not orders.is_guest

)

select * from final
