{{ config(materialized='table') }}

with

products as (

    select
        product_id,
        first_product_name,
        first_sold_at,
        cast(first_sold_at as date) as first_sold_on

    from {{ ref('products') }}

),

last_fit as (

    select max(fitted_on) as fitted_on from {{ ref('int_categories__fit_dates') }}

),

-- In the order of their first sale: a new product changes the number of none before it.
final as (

    select
        -- ids
        products.product_id,

        -- text
        products.first_product_name,

        -- numbers
        row_number() over (order by products.first_sold_at, products.product_id) - 1
            as product_number,

        -- booleans
        products.first_sold_on < last_fit.fitted_on as is_settled,
        products.first_sold_on < build_info.learned_as_of as is_learned_from,

        -- dates
        products.first_sold_on

    from products

    cross join last_fit

    cross join {{ ref('build_info') }} as build_info

)

select * from final
