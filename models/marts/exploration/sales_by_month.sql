with

months as (

    select * from {{ ref('int_months') }}

),

orders_summed_to_month as (

    select
        month_start,
        count(*) as orders,
        count(distinct customer_id) as customers,
        sum(units) as units,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount

    from {{ ref('int_orders__in_months') }}

    group by month_start

),

credits_summed_to_month as (

    select
        cast({{ dbt.date_trunc('month', 'credited_at') }} as date) as month_start,
        sum(amount) as amount

    from {{ ref('returns') }}

    group by cast({{ dbt.date_trunc('month', 'credited_at') }} as date)

),

-- What touches net revenue is a return of a product that was sold; the rest changes nobody's.
given_back_summed_to_month as (

    select
        cast({{ dbt.date_trunc('month', 'credited_at') }} as date) as month_start,
        sum(amount) as amount

    from {{ ref('int_orders__given_back') }}

    group by cast({{ dbt.date_trunc('month', 'credited_at') }} as date)

),

final as (

    select
        -- numbers
        coalesce(orders_summed_to_month.orders, 0) as orders,
        coalesce(orders_summed_to_month.customers, 0) as customers,
        cast(coalesce(orders_summed_to_month.units, 0) as decimal(28, 3)) as units,
        cast(coalesce(orders_summed_to_month.gross_amount, 0) as decimal(28, 7)) as gross_amount,
        cast(
            coalesce(
                orders_summed_to_month.gross_amount - orders_summed_to_month.net_amount, 0
            ) as decimal(28, 7)
        ) as returned_amount_at_sale,
        cast(coalesce(orders_summed_to_month.net_amount, 0) as decimal(28, 7)) as net_amount,
        cast(coalesce(given_back_summed_to_month.amount, 0) as decimal(28, 7))
            as returned_amount_at_credit,
        cast(
            coalesce(credits_summed_to_month.amount, 0)
            - coalesce(given_back_summed_to_month.amount, 0) as decimal(28, 7)
        ) as other_amount_at_credit,

        -- booleans
        months.is_partial,

        -- dates
        months.month_start

    from months

    left join orders_summed_to_month
        on months.month_start = orders_summed_to_month.month_start

    left join credits_summed_to_month
        on months.month_start = credits_summed_to_month.month_start

    left join given_back_summed_to_month
        on months.month_start = given_back_summed_to_month.month_start

)

select * from final
