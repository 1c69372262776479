with

candidates as (

    select * from {{ ref('int_interests__candidates') }}

),

final as (

    select
        -- text
        cast(reason as string) as reason,

        -- numbers
        cast(categories as integer) as categories,
        cast(resamples as integer) as resamples,
        cast(stability as double) as stability,
        cast(copurchase_lift as double) as copurchase_lift,
        cast(term_coherence as double) as term_coherence,
        cast(smallest_share as double) as smallest_share,

        -- booleans
        cast(is_chosen as boolean) as is_chosen

    from candidates

)

select * from final
