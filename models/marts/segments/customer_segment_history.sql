with

customers_scored as (

    select * from {{ ref('int_customers__scored') }}

    where view_name = 'known'

),

snapshots as (

    select * from {{ ref('int_snapshots') }}

),

final as (

    select
        -- ids
        customers_scored.customer_id,
        customers_scored.segment_key,

        -- text
        segment_playbook.segment_name,

        -- numbers
        customers_scored.recency_days,
        customers_scored.frequency_orders,
        customers_scored.monetary_amount,

        -- booleans
        snapshots.is_present,

        -- dates
        snapshots.month_end,
        customers_scored.fitted_on as model_fitted_on

    from customers_scored

    inner join snapshots
        on customers_scored.snapshot_date = snapshots.snapshot_date

    left join {{ ref('segment_playbook') }} as segment_playbook
        on customers_scored.segment_key = segment_playbook.segment_key

)

select * from final
