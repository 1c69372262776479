with

against_baskets as (

    select * from {{ ref('int_categories__against_baskets') }}

),

measured as (

    select
        'lift of pairs of products in held-out baskets' as metric,
        '>=' as bar_side,
        lift_of_pairs as metric_value,
        cast({{ var('min_category_lift') }} as double) as bar

    from against_baskets

    union all

    select
        'lift of held-out baskets' as metric,
        '>=' as bar_side,
        lift_of_baskets as metric_value,
        cast({{ var('min_category_lift') }} as double) as bar

    from against_baskets

    union all

    select
        case compared_with
            when 'price_bands' then 'adjusted Rand index with price bands'
            else 'adjusted Rand index with categories learned before the split'
        end as metric,
        case compared_with when 'price_bands' then '<=' end as bar_side,
        adjusted_rand_index as metric_value,
        case compared_with when 'price_bands' then 0.05 end as bar

    from {{ ref('int_categories__agreement') }}

    union all

    select
        'adjusted Rand index between fits on 80 % of the products' as metric,
        '>=' as bar_side,
        stability as metric_value,
        cast({{ var('min_category_stability') }} as double) as bar

    from {{ ref('interest_candidates') }}

    where is_chosen

    union all

    select
        'share of products that kept their category in the last month' as metric,
        cast(null as {{ dbt.type_string() }}) as bar_side,
        share_kept as metric_value,
        cast(null as double) as bar

    from {{ ref('int_categories__kept') }}

    union all

    select
        'share of revenue without a category' as metric,
        '<=' as bar_side,
        sum(case when category_key = 'other' then revenue_share else 0 end) as metric_value,
        0.05 as bar

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
