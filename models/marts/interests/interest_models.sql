with

models as (

    select * from {{ ref('int_interests__models') }}

),

final as (

    select
        -- text
        cast(question as string) as question,

        -- numbers
        cast(prior_lines as double) as prior_lines,
        cast(power as double) as power,
        cast(train_cases as bigint) as train_cases,
        cast(train_log_loss as double) as train_log_loss

    from models

)

select * from final
