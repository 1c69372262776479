with

typed as (

    select * from {{ ref('stg_transactions__typed') }}

),

final as (

    select
        *,
        -- One digit more than units have makes engines multiply in wide decimals.
        try_cast(
            coalesce(line_total, cast(units as decimal(19, 3)) * unit_price) as decimal(18, 7)
        ) as amount

    from typed

    where ordered_at is null or not {{ is_after_as_of('ordered_at') }}

)

select * from final
