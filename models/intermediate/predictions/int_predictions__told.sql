with

-- The margin was chosen to nine decimals of a probability.
likeliest as (

    select
        customer_id,
        horizon_days,
        max(orders_seen) as orders_seen,
        max(case when likelihood_rank = 1 then segment_key end) as segment_key,
        round(
            max(case when likelihood_rank = 1 then probability end)
            - coalesce(max(case when likelihood_rank = 2 then probability end), 0),
            9
        ) as lead_probability

    from {{ ref('int_predictions__likelihoods') }}

    group by customer_id, horizon_days

),

questions as (

    select
        customer_id,
        horizon_days,
        max(case when target = 'buys_again' then probability end) as buys_again_probability,
        max(case when target = 'top_fifth' then probability end) as top_fifth_probability

    from {{ ref('int_predictions__scored') }}

    group by customer_id, horizon_days

),

-- Of fewer orders than the model was tested with nothing is told.
final as (

    select
        -- ids
        likeliest.customer_id,
        likeliest.segment_key,

        -- numbers
        likeliest.horizon_days,
        likeliest.lead_probability,
        coalesce(margins.margin, 1) as margin,
        questions.buys_again_probability,
        questions.top_fifth_probability,

        -- booleans
        likeliest.lead_probability >= coalesce(margins.margin, 1) as is_told

    from likeliest

    inner join questions
        on
            likeliest.customer_id = questions.customer_id
            and likeliest.horizon_days = questions.horizon_days

    left join {{ ref('int_predictions__margins_in_use') }} as margins
        on
            likeliest.horizon_days = margins.horizon_days
            and likeliest.orders_seen >= margins.orders_from
            and (likeliest.orders_seen <= margins.orders_until or margins.orders_until is null)

)

select * from final
