with

groupings as (

    select * from {{ ref('int_products__groupings') }}

),

cells as (

    select
        compared_with,
        category,
        other_grouping,
        count(*) as products,
        sum(count(*)) over (partition by compared_with, category) as category_products,
        sum(count(*)) over (partition by compared_with, other_grouping) as other_products,
        sum(count(*)) over (partition by compared_with) as all_products

    from groupings

    group by compared_with, category, other_grouping

),

-- Pairs that both groupings put together, either one, and chance (Hubert and Arabie 1985).
pairs as (

    select
        compared_with,
        sum(cast(products * (products - 1) as double)) as together_in_both,
        sum(cast(products as double) * (category_products - 1)) as together_in_category,
        sum(cast(products as double) * (other_products - 1)) as together_in_other,
        max(cast(all_products as double) * (all_products - 1)) as all_pairs

    from cells

    group by compared_with

),

final as (

    select
        -- text
        compared_with,

        -- numbers
        (together_in_both - together_in_category * together_in_other / nullif(all_pairs, 0))
        / nullif(
            (together_in_category + together_in_other) / 2
            - together_in_category * together_in_other / nullif(all_pairs, 0),
            0
        ) as adjusted_rand_index

    from pairs

)

select * from final
