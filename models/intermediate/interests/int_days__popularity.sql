with

days_summed as (

    select
        fit,
        category,
        cast(ordered_at as date) as order_date,
        sum(gross_amount) as gross_amount

    from {{ ref('int_orders__interests') }}

    group by fit, category, cast(ordered_at as date)

),

categories as (

    select distinct
        fit,
        category

    from days_summed

),

dates as (

    select distinct cast(ordered_at as date) as order_date

    from {{ ref('int_orders__early') }}

),

-- One penny for each category, so that none is impossible on a day without a past.
last_days_summed as (

    select
        dates.order_date,
        categories.fit,
        categories.category,
        0.01 + coalesce(sum(days_summed.gross_amount), 0) as gross_amount

    from dates

    cross join categories

    left join days_summed
        on
            categories.fit = days_summed.fit
            and categories.category = days_summed.category
            and dates.order_date > days_summed.order_date
            and dates.order_date
            <= cast({{ dbt.dateadd('day', 30, 'days_summed.order_date') }} as date)

    group by dates.order_date, categories.fit, categories.category

),

final as (

    select
        -- text
        fit,

        -- numbers
        category,
        cast(gross_amount as double)
        / cast(sum(gross_amount) over (partition by fit, order_date) as double) as popularity,

        -- dates
        order_date

    from last_days_summed

)

select * from final
