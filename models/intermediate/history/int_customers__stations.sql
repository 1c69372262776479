with

scored as (

    select * from {{ ref('int_customers__scored') }}

),

known as (

    select
        scored.*,
        models.month_end,
        models.previous_snapshot_date,
        models.previous_fitted_on is null as is_first_month

    from scored

    inner join {{ ref('int_snapshots__models') }} as models
        on scored.snapshot_date = models.snapshot_date

    where scored.view_name = 'known'

),

-- From last month's segment to this month's by three steps: what the customer did, what was
-- given back of earlier months, and what a new model says of the same customer.
final as (

    select
        known.customer_id,
        known.snapshot_date,
        known.month_end,
        before.segment_key as segment_before,
        coalesce(without_returns.segment_key, old_model.segment_key, known.segment_key)
            as segment_moved_to,
        coalesce(old_model.segment_key, known.segment_key) as segment_restated_to,
        known.segment_key as segment_now,
        coalesce(without_returns.recency_days, known.recency_days) as recency_days_if_kept,
        coalesce(without_returns.frequency_orders, known.frequency_orders)
            as frequency_orders_if_kept,
        known.monetary_amount,
        known.fitted_on,
        known.is_first_month,
        before.frequency_orders as frequency_orders_before

    from known

    left join known as before
        on
            known.customer_id = before.customer_id
            and known.previous_snapshot_date = before.snapshot_date

    left join scored as old_model
        on
            known.customer_id = old_model.customer_id
            and known.snapshot_date = old_model.snapshot_date
            and old_model.view_name = 'before_refit'

    left join scored as without_returns
        on
            known.customer_id = without_returns.customer_id
            and known.snapshot_date = without_returns.snapshot_date
            and without_returns.view_name = 'before_late_returns'

)

select * from final
