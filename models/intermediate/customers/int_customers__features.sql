{{ config(materialized='table') }}

with

-- Logarithms, because ten days or pounds more weigh less for those who already have many.
logged as (

    select
        customer_id,
        snapshot_date,
        is_present,
        {{ log_feature('recency_days') }} as log_recency,
        {{ log_feature('frequency_orders') }} as log_frequency,
        {{ log_feature('monetary_amount') }} as log_monetary

    from {{ ref('int_customers__rfm_history') }}

    where frequency_orders > 0

),

quartiles as (

    select
        snapshot_date,
        percentile_cont(0.25) within group (order by log_frequency) as frequency_low,
        percentile_cont(0.75) within group (order by log_frequency) as frequency_high,
        percentile_cont(0.25) within group (order by log_monetary) as monetary_low,
        percentile_cont(0.75) within group (order by log_monetary) as monetary_high

    from logged

    group by snapshot_date

),

compared as (

    select
        logged.*,
        quartiles.frequency_low,
        quartiles.frequency_high,
        quartiles.monetary_low,
        quartiles.monetary_high

    from logged

    inner join quartiles
        on logged.snapshot_date = quartiles.snapshot_date

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        log_recency,
        log_frequency,
        log_monetary,

        -- booleans
        {{ beyond_fences('log_frequency', 'frequency_low', 'frequency_high') }}
        or {{ beyond_fences('log_monetary', 'monetary_low', 'monetary_high') }} as is_outlier,
        is_present,

        -- dates
        snapshot_date

    from compared

)

select * from final
