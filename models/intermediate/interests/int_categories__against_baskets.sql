with

baskets as (

    select * from {{ ref('int_baskets__categories') }}

),

pairs_summed_to_basket as (

    select
        basket_number,
        max(basket_products) as basket_products,
        sum(products * (products - 1)) as pairs_within,
        max(basket_products * (basket_products - 1)) as pairs

    from baskets

    group by basket_number

),

popularity as (

    select
        sum(
            cast(products as double) / all_products * category_products / all_products
        ) as share_by_popularity

    from baskets

),

final as (

    select
        -- numbers
        count(*) as baskets,
        sum(pairs) as pairs,
        sum(pairs_within) / cast(nullif(sum(pairs), 0) as double)
        / max(popularity.share_by_popularity) as lift_of_pairs,
        avg(pairs_within / cast(nullif(pairs, 0) as double))
        / max(popularity.share_by_popularity) as lift_of_baskets

    from pairs_summed_to_basket

    cross join popularity

)

select * from final
