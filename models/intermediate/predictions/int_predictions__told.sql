with

-- Margins were chosen from leads rounded to nine decimals.
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
held_to_margins as (

    select
        likeliest.*,
        coalesce(margins.margin, 1) as margin

    from likeliest

    left join {{ ref('int_predictions__margins_in_use') }} as margins
        on
            likeliest.horizon_days = margins.horizon_days
            and likeliest.orders_seen >= margins.orders_from
            and (likeliest.orders_seen <= margins.orders_until or margins.orders_until is null)

),

final as (

    select
        -- ids
        held_to_margins.customer_id,
        held_to_margins.segment_key,

        -- numbers
        held_to_margins.horizon_days,
        held_to_margins.lead_probability,
        held_to_margins.margin,
        questions.buys_again_probability,
        questions.top_fifth_probability,

        -- booleans
        held_to_margins.lead_probability >= held_to_margins.margin as is_told

    from held_to_margins

    inner join questions
        on
            held_to_margins.customer_id = questions.customer_id
            and held_to_margins.horizon_days = questions.horizon_days

)

select * from final
