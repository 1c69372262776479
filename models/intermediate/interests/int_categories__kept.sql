with

categorised as (

    select * from {{ ref('int_products__categorised_by_month') }}

),

last_dates as (

    select
        fitted_on,
        lag(fitted_on) over (order by fitted_on) as previous_fitted_on

    from {{ ref('int_categories__fit_dates') }}

    order by fitted_on desc

    limit 1

),

final as (

    select
        -- numbers
        sum(case when categorised.category = previous.category then 1 else 0 end)
        / cast(nullif(count(*), 0) as double) as share_kept

    from last_dates

    inner join categorised
        on last_dates.fitted_on = categorised.fitted_on

    inner join categorised as previous
        on
            last_dates.previous_fitted_on = previous.fitted_on
            and categorised.product_id = previous.product_id

)

select * from final
