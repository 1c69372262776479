with

features as (

    select * from {{ ref('int_customers__features') }}

    where is_present

),

scored as (

    select * from {{ ref('int_customers__scored') }}

    where is_present and view_name = 'known'

),

segment_models as (

    select * from {{ ref('segment_models') }}

    where is_in_force

),

-- How much each measure speaks for the segment and against the runner-up.
compared as (

    select
        scored.*,
        {% for measure in ['recency', 'frequency', 'monetary'] -%}
            {{ squared_distance_by(measure, 'features', 'runner_up') }}
            - {{ squared_distance_by(measure, 'features', 'own') }} as {{ measure }}_lead,
        {% endfor -%}
        sqrt(
            power(own.recency_center - runner_up.recency_center, 2)
            + power(own.frequency_center - runner_up.frequency_center, 2)
            + power(own.monetary_center - runner_up.monetary_center, 2)
        ) as distance_of_centers

    from scored

    inner join features
        on scored.customer_id = features.customer_id

    inner join segment_models as own
        on scored.segment_key = own.segment_key

    inner join segment_models as runner_up
        on scored.runner_up_segment_key = runner_up.segment_key

),

driven as (

    select
        *,
        case
            when recency_lead >= frequency_lead and recency_lead >= monetary_lead
                then 'recency'
            when frequency_lead >= monetary_lead then 'frequency'
            else 'monetary'
        end as driving_measure

    from compared

),

final as (

    select
        -- ids
        customer_id,
        runner_up_segment_key,

        -- text
        driving_measure,
        case driving_measure
            when 'recency'
                then concat(
                    'last order ',
                    cast(recency_days as string),
                    case when recency_days = 1 then ' day ago' else ' days ago' end
                )
            when 'frequency'
                then concat('orders: ', cast(cast(frequency_orders as integer) as string))
            else concat('net amount: ', cast(cast(monetary_amount as decimal(18, 0)) as string))
        end as reason,

        -- numbers
        (runner_up_squared_distance - squared_distance) / (2 * nullif(distance_of_centers, 0))
            as margin

    from driven

)

select * from final
