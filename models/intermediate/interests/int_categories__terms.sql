with

products as (

    select
        categorised.category,
        products.product_id,
        products.product_name,
        cast(sqrt(products.orders) as decimal(18, 6)) as product_weight

    from {{ ref('int_products__categorised') }} as categorised

    inner join {{ ref('products') }} as products
        on categorised.product_id = products.product_id

    where categorised.fit = 'present' and categorised.category >= 0

),

words as (

    select distinct
        category,
        product_id,
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

terms_expected as (

    select
        terms_weighed.category,
        terms_weighed.term,
        cast(terms_weighed.term_weight as double) as term_weight,
        cast(category_weights.category_weight as double)
        * cast(terms_weighed.term_total_weight as double)
        / cast(category_weights.total_weight as double) as expected_weight

    from terms_weighed

    inner join category_weights
        on terms_weighed.category = category_weights.category

),

-- How far the category has more of the term than its size alone would give, in deviations.
final as (

    select
        -- text
        term,

        -- numbers
        category,
        (term_weight - expected_weight) / sqrt(1 + expected_weight) as score

    from terms_expected

)

select * from final
