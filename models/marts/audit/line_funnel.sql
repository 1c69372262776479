with

lines as (

    select * from {{ ref('source_lines') }}

),

final as (

    select
        -- text
        verdict,

        -- numbers
        count(*) as lines,
        cast(coalesce(sum(units), 0) as decimal(28, 3)) as units,
        cast(coalesce(sum(amount), 0) as decimal(28, 7)) as amount,

        -- booleans
        is_guest

    from lines

    group by verdict, is_guest

)

select * from final
