with

interests_ranked as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by interest_share desc, net_amount desc, category_key asc
        ) as interest_rank

    from {{ ref('customer_interests') }}

),

final as (

    select
        -- ids
        customer_id,
        case
            when
                max(interest_share) >= {{ var('main_interest_share') }}
                then max(case when interest_rank = 1 then category_key end)
            else 'mixed'
        end as main_interest_key,
        max(case when interest_rank = 1 then category_key end) as first_category_key,
        max(case when interest_rank = 2 then category_key end) as second_category_key,

        -- text
        case
            when
                max(interest_share) >= {{ var('main_interest_share') }}
                then max(case when interest_rank = 1 then category_name end)
            else 'Mixed'
        end as main_interest,

        -- numbers
        cast(sum(case when lines > 0 then 1 else 0 end) as bigint) as categories_bought,
        cast(sum(lines) as bigint) as lines,
        max(case when interest_rank = 1 then interest_share end) as first_interest_share,
        max(case when interest_rank = 2 then interest_share end) as second_interest_share

    from interests_ranked

    group by customer_id

)

select * from final
