with

typed as (

    select * from {{ ref('stg_transactions__typed') }}

),

final as (

    select * from typed

    where ordered_at is null or ordered_at < {{ as_of_setting() }}

)

select * from final
