with

-- Of the segments the likeliest one, of yes or no the yes.
answers as (

    select * from {{ ref('int_predictions__ranked') }}

    where likelihood_rank = 1

),

binned as (

    select
        *,
        least(floor(10 * probability), 9) as bin

    from answers

),

final as (

    select
        -- text
        cast(model as string) as model,
        cast(target as string) as target,

        -- numbers
        cast(horizon_days as integer) as horizon_days,
        cast(orders_seen as integer) as orders_seen,
        cast(bin / 10 as double) as probability_from,
        cast((bin + 1) / 10 as double) as probability_to,
        -- Decimals add up to the same sum in any order.
        cast(avg(cast(probability as decimal(18, 9))) as double) as mean_probability,
        avg(case when is_true then 1 else 0 end) as share_true,
        count(*) as customers

    from binned

    group by model, target, horizon_days, orders_seen, bin

)

select * from final
