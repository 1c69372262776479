with

-- Logarithms, because ten days or pounds more weigh less for those who already have many.
logged as (

    select
        customer_id,
        ln(1 + cast(recency_days as double)) as log_recency,
        ln(1 + cast(frequency_orders as double)) as log_frequency,
        ln(1 + cast(monetary_amount as double)) as log_monetary

    from {{ ref('int_customers__rfm') }}

),

quartiles as (

    select
        percentile_cont(0.25) within group (order by log_frequency) as frequency_low,
        percentile_cont(0.75) within group (order by log_frequency) as frequency_high,
        percentile_cont(0.25) within group (order by log_monetary) as monetary_low,
        percentile_cont(0.75) within group (order by log_monetary) as monetary_high

    from logged

),

compared as (

    select
        logged.*,
        quartiles.*

    from logged

    cross join quartiles

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
        or {{ beyond_fences('log_monetary', 'monetary_low', 'monetary_high') }} as is_outlier

    from compared

)

select * from final
