with

build_info as (

    select * from {{ ref('build_info') }}

),

-- The last of at most three orders, not long ago: who has more is no new customer.
latest_states as (

    select
        states.*,
        states.order_number as orders_seen,
        build_info.as_of

    from {{ ref('int_interests__states') }} as states

    cross join build_info

    where states.fit = 'present' and states.ordered_at >= {{ interest_split() }}

),

powers as (

    select
        latest_states.customer_id,
        latest_states.category,
        latest_states.orders_seen,
        models.question,
        -- A decimal, because a sum of floating points depends on their order.
        cast(power(
            (
                latest_states.lines * latest_states.spend_share
                + models.prior_lines * latest_states.popularity
            ) / (latest_states.lines + models.prior_lines),
            models.power
        ) as decimal(18, 15)) as weight

    from latest_states

    cross join {{ ref('interest_models') }} as models

    -- The 90 days after an order are foreseen until they are over.
    where
        models.question != 'next_90_days'
        or latest_states.as_of
        < {{ dbt.dateadd('day', 90, 'latest_states.ordered_at') }}

),

final as (

    select
        -- ids
        powers.customer_id,
        categories.category_key,

        -- text
        powers.question,
        categories.category_name,

        -- numbers
        cast(powers.orders_seen as integer) as orders_seen,
        cast(powers.weight as double) / cast(sum(powers.weight) over (
            partition by powers.customer_id, powers.question
        ) as double) as probability,
        cast(row_number() over (
            partition by powers.customer_id, powers.question
            order by powers.weight desc, categories.category_key asc
        ) as integer) as likelihood_rank

    from powers

    inner join {{ ref('int_categories__named') }} as categories
        on powers.category = categories.category

)

select * from final
