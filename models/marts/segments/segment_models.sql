with

models_fitted as (

    select * from {{ ref('int_segments__fitted') }}

),

final as (

    select
        -- ids
        cast(segment_key as string) as segment_key,

        -- numbers
        cast(segment_rank as integer) as segment_rank,
        cast(customers_fitted as bigint) as customers_fitted,
        cast(recency_center as double) as recency_center,
        cast(frequency_center as double) as frequency_center,
        cast(monetary_center as double) as monetary_center,
        cast(recency_mean as double) as recency_mean,
        cast(frequency_mean as double) as frequency_mean,
        cast(monetary_mean as double) as monetary_mean,
        cast(recency_scale as double) as recency_scale,
        cast(frequency_scale as double) as frequency_scale,
        cast(monetary_scale as double) as monetary_scale

    from models_fitted

)

select * from final
