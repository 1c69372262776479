with

scored as (

    select * from {{ ref('int_predictions__scored') }}

),

margins as (

    select * from {{ ref('int_predictions__margins_in_use') }}

),

features as (

    select * from {{ ref('int_predictions__features') }}

    where is_latest and not is_over

),

ranked as (

    select
        scored.*,
        row_number() over (
            partition by scored.customer_id, scored.horizon_days
            order by scored.probability desc, segments.segment_order asc
        ) as likelihood_rank

    from scored

    inner join {{ ref('int_predictions__segments') }} as segments
        on scored.outcome = segments.segment_key

    where scored.target = 'segment'

),

-- The margin was chosen to nine decimals of a probability.
best as (

    select
        ranked.customer_id,
        ranked.horizon_days,
        max(case when ranked.likelihood_rank = 1 then ranked.outcome end) as segment_key,
        round(
            max(case when ranked.likelihood_rank = 1 then ranked.probability end)
            - coalesce(
                max(case when ranked.likelihood_rank = 2 then ranked.probability end), 0
            ),
            9
        ) as lead_probability

    from ranked

    group by ranked.customer_id, ranked.horizon_days

),

questions as (

    select
        customer_id,
        horizon_days,
        max(case when target = 'buys_again' then probability end) as buys_again_probability,
        max(case when target = 'top_fifth' then probability end) as top_fifth_probability

    from scored

    group by customer_id, horizon_days

),

-- Of fewer orders than the model was tested with nothing is told.
least as (

    select
        features.customer_id,
        features.horizon_days,
        coalesce(margins.margin, 1) as margin

    from features

    left join margins
        on
            features.horizon_days = margins.horizon_days
            and features.orders_seen >= margins.orders_from
            and (features.orders_seen <= margins.orders_until or margins.orders_until is null)

),

segment_model_in_force as (

    select max(fitted_on) as fitted_on from {{ ref('segment_models') }}

    where is_in_force

),

final as (

    select
        -- ids
        ranked.customer_id,
        ranked.outcome as segment_key,
        best.segment_key as expected_segment_key,

        -- text
        playbook.segment_name,
        case
            when best.lead_probability >= least.margin then expected.segment_name
            else 'too early to tell'
        end as verdict,

        -- numbers
        cast(ranked.horizon_days as integer) as horizon_days,
        cast(ranked.orders_seen as integer) as orders_seen,
        cast(ranked.probability as double) as probability,
        cast(ranked.likelihood_rank as integer) as likelihood_rank,
        cast(best.lead_probability as double) as lead_probability,
        cast(least.margin as double) as margin,
        cast(questions.buys_again_probability as double) as buys_again_probability,
        cast(questions.top_fifth_probability as double) as top_fifth_probability,

        -- booleans
        best.lead_probability >= least.margin as is_told,

        -- dates
        cast(segment_model_in_force.fitted_on as date) as segments_fitted_on,

        -- timestamps
        features.first_ordered_at,
        features.seen_at,
        features.horizon_at

    from ranked

    inner join best
        on
            ranked.customer_id = best.customer_id
            and ranked.horizon_days = best.horizon_days

    inner join questions
        on
            ranked.customer_id = questions.customer_id
            and ranked.horizon_days = questions.horizon_days

    inner join features
        on
            ranked.customer_id = features.customer_id
            and ranked.horizon_days = features.horizon_days

    inner join least
        on
            ranked.customer_id = least.customer_id
            and ranked.horizon_days = least.horizon_days

    cross join segment_model_in_force

    left join {{ ref('segment_playbook') }} as playbook
        on ranked.outcome = playbook.segment_key

    left join {{ ref('segment_playbook') }} as expected
        on best.segment_key = expected.segment_key

)

select * from final
