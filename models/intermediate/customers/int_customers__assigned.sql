with

scored as (

    select * from {{ ref('int_customers__scored') }}

    where view_name = 'known' and frequency_orders > 0

),

snapshots as (

    select * from {{ ref('int_snapshots') }}

    where is_present

),

final as (

    select
        -- ids
        scored.customer_id,
        scored.segment_key

    from scored

    inner join snapshots
        on scored.snapshot_date = snapshots.snapshot_date

)

select * from final
