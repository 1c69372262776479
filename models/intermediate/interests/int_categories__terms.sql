with

products as (

    select
        categorised.category,
        products.product_name,
        sqrt(products.orders) as product_weight

    from {{ ref('int_products__categorised') }} as categorised

    inner join {{ ref('products') }} as products
        on categorised.product_id = products.product_id

    where categorised.fit = 'present' and categorised.category >= 0

),

words as (

    select distinct
        category,
        product_name,
        product_weight,
        {{ each_word_of('product_name') }} as term

    from products

),

category_weights as (

    select
        category,
        sum(product_weight) as category_weight,
        sum(sum(product_weight)) over () as total_weight

    from products

    group by category

),

terms_weighed as (

    select
        category,
        term,
        sum(product_weight) as term_weight,
        sum(sum(product_weight)) over (partition by term) as term_total_weight

    from words

    group by category, term

),

-- How far the category has more of the term than its size alone would give, in deviations.
final as (

    select
        -- text
        terms_weighed.term,

        -- numbers
        terms_weighed.category,
        (
            terms_weighed.term_weight
            - category_weights.category_weight
            * terms_weighed.term_total_weight / category_weights.total_weight
        ) / sqrt(
            1 + category_weights.category_weight
            * terms_weighed.term_total_weight / category_weights.total_weight
        ) as score

    from terms_weighed

    inner join category_weights
        on terms_weighed.category = category_weights.category

)

select * from final
