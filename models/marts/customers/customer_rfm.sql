with

customers_measured as (

    select * from {{ ref('int_customers__rfm') }}

),

features as (

    select * from {{ ref('int_customers__features') }}

    where is_present

),

rfm_segments as (

    select * from {{ ref('rfm_segments') }}

),

-- By the share of customers who do worse, so that equal customers get equal scores.
scored as (

    select
        *,
        {{ quintile('recency_days desc') }} as recency_score,
        {{ quintile('frequency_orders') }} as frequency_score,
        {{ quintile('monetary_amount') }} as monetary_score

    from customers_measured

),

final as (

    select
        -- ids
        scored.customer_id,

        -- text
        rfm_segments.rfm_segment,

        -- numbers
        scored.recency_days,
        scored.frequency_orders,
        scored.monetary_amount,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,

        -- booleans
        features.is_outlier

    from scored

    inner join features
        on scored.customer_id = features.customer_id

    left join rfm_segments
        on
            scored.recency_score between rfm_segments.recency_from and rfm_segments.recency_to
            and scored.frequency_score
            between rfm_segments.frequency_from and rfm_segments.frequency_to
            and scored.monetary_score
            between rfm_segments.monetary_from and rfm_segments.monetary_to

)

select * from final
