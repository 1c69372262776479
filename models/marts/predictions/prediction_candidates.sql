with

candidates as (

    select * from {{ ref('int_predictions__candidates') }}

),

final as (

    select
        -- text
        cast(algorithm as string) as algorithm,
        cast(parts as string) as parts,
        cast(feature_set as string) as feature_set,
        cast(setting as string) as setting,

        -- numbers
        cast(horizon_days as integer) as horizon_days,
        cast(segment_log_loss as double) as segment_log_loss,
        cast(buys_again_log_loss as double) as buys_again_log_loss,
        cast(top_fifth_log_loss as double) as top_fifth_log_loss,
        cast(train_customers as bigint) as train_customers,
        cast(train_cases as bigint) as train_cases,

        -- booleans
        cast(is_chosen as boolean) as is_chosen

    from candidates

)

select * from final
