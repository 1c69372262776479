-- Every customer younger than a horizon that could be tested has one probability for each segment;
-- these add up to one, and a segment is told exactly where its lead reaches the margin.
with

expected as (

    select
        orders.customer_id,
        fitted.horizon_days,
        count(distinct segments.segment_key) as segments

    from {{ ref('int_orders__of_new_customers') }} as orders

    cross join {{ ref('build_info') }} as build_info

    cross join {{ ref('int_predictions__segments') }} as segments

    inner join {{ ref('int_predictions__fitted') }} as fitted
        on
            {{ dbt.dateadd('day', 'fitted.horizon_days', 'orders.first_ordered_at') }}
            > build_info.as_of

    where fitted.fit = 'present'

    group by orders.customer_id, fitted.horizon_days

),

predicted as (

    select
        customer_id,
        horizon_days,
        count(*) as segments,
        sum(probability) as probability,
        sum(
            case
                when is_told <> (verdict <> 'too early to tell') then 1
                when is_told <> (lead_probability >= margin) then 1
                else 0
            end
        ) as contradictions

    from {{ ref('new_customer_segments') }}

    group by customer_id, horizon_days

)

select
    coalesce(expected.customer_id, predicted.customer_id) as customer_id,
    coalesce(expected.horizon_days, predicted.horizon_days) as horizon_days

from expected

full outer join predicted
    on
        expected.customer_id = predicted.customer_id
        and expected.horizon_days = predicted.horizon_days

where
    coalesce(expected.segments, 0) <> coalesce(predicted.segments, 0)
    or abs(predicted.probability - 1) > 1e-9
    or predicted.contradictions > 0
