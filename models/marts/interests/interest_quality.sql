with

against_baskets as (

    select * from {{ ref('int_categories__against_baskets') }}

),

agreement as (

    select * from {{ ref('int_categories__agreement') }}

),

measured as (

    select
        'share of pairs of held-out baskets in one category / by popularity' as metric,
        '>=' as bar_side,
        lift_of_pairs as metric_value,
        cast({{ var('min_category_lift') }} as double) as bar

    from against_baskets

    union all

    select
        'the same, each basket counting once',
        '>=',
        lift_of_baskets,
        cast({{ var('min_category_lift') }} as double)

    from against_baskets

    union all

    select
        case compared_with
            when 'price_bands' then 'adjusted Rand index with price bands'
            else 'adjusted Rand index with categories learned before the split'
        end,
        case compared_with when 'price_bands' then '<=' end,
        adjusted_rand_index,
        case compared_with when 'price_bands' then 0.05 end

    from agreement

    union all

    select
        'adjusted Rand index between fits on 80 % of the products',
        '>=',
        stability,
        cast({{ var('min_category_stability') }} as double)

    from {{ ref('interest_candidates') }}

    where is_chosen

    union all

    select
        'share of revenue without a category',
        '<=',
        sum(case when category_key = 'other' then revenue_share else 0 end),
        0.05

    from {{ ref('interest_categories') }}

),

final as (

    select
        -- text
        metric,
        bar_side,

        -- numbers
        metric_value,
        cast(bar as double) as bar,

        -- booleans
        case bar_side
            when '>=' then coalesce(metric_value >= bar, false)
            when '<=' then coalesce(metric_value <= bar, false)
        end as is_met

    from measured

)

select * from final
