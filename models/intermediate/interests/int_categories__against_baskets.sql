with

baskets as (

    select * from {{ ref('int_baskets__categories') }}

),

pairs_summed_to_basket as (

    select
        basket_number,
        sum(products * (products - 1)) as pairs_within,
        max(basket_products * (basket_products - 1)) as pairs

    from baskets

    group by basket_number

),

categories as (

    select distinct
        category,
        category_products,
        all_products

    from baskets

),

popularity as (

    select
        sum(category_products * category_products)
        / cast(max(all_products) * max(all_products) as double) as share_by_popularity

    from categories

),

final as (

    select
        -- numbers
        sum(pairs_summed_to_basket.pairs_within)
        / cast(nullif(sum(pairs_summed_to_basket.pairs), 0) as double)
        / max(popularity.share_by_popularity) as lift_of_pairs,
        -- Of decimals, because a sum of floating points depends on their order.
        avg(cast(
            pairs_summed_to_basket.pairs_within
            / cast(nullif(pairs_summed_to_basket.pairs, 0) as double) as decimal(18, 15)
        )) / max(popularity.share_by_popularity) as lift_of_baskets

    from pairs_summed_to_basket

    cross join popularity

)

select * from final
