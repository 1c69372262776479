{{ config(materialized='table') }}

with

customers as (

    select
        rfm_history.*,
        models.fitted_on,
        models.previous_fitted_on

    from {{ ref('int_customers__rfm_history') }} as rfm_history

    inner join {{ ref('int_snapshots__models') }} as models
        on rfm_history.snapshot_date = models.snapshot_date

),

-- What is known, under the model in force; then, where it matters, what the model before would
-- have said, and what it would have said without the late returns of the month.
views as (

    select
        customer_id,
        snapshot_date,
        'known' as view_name,
        fitted_on,
        recency_days,
        frequency_orders,
        monetary_amount,
        is_present

    from customers

    union all

    select
        customer_id,
        snapshot_date,
        'before_refit' as view_name,
        previous_fitted_on as fitted_on,
        recency_days,
        frequency_orders,
        monetary_amount,
        is_present

    from customers

    where fitted_on != previous_fitted_on

    union all

    select
        customer_id,
        snapshot_date,
        'before_late_returns' as view_name,
        previous_fitted_on as fitted_on,
        recency_days_if_kept as recency_days,
        frequency_orders_if_kept as frequency_orders,
        monetary_amount_if_kept as monetary_amount,
        is_present

    from customers

    where has_late_returns and previous_fitted_on is not null

),

final as (

    select
        -- ids
        customer_id,

        -- text
        view_name,

        -- numbers
        recency_days,
        frequency_orders,
        monetary_amount,
        {{ log_feature('recency_days') }} as log_recency,
        {{ log_feature('frequency_orders') }} as log_frequency,
        {{ log_feature('monetary_amount') }} as log_monetary,

        -- booleans
        is_present,

        -- dates
        snapshot_date,
        fitted_on

    from views

)

select * from final
