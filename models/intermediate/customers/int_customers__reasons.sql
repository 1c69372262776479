with

features as (

    select * from {{ ref('int_customers__features') }}

    where is_present

),

scored as (

    select scored.*

    from {{ ref('int_customers__scored') }} as scored

    inner join {{ ref('int_snapshots') }} as snapshots
        on scored.snapshot_date = snapshots.snapshot_date

    where snapshots.is_present and scored.view_name = 'known'

),

segment_models as (

    select * from {{ ref('segment_models') }}

    where is_in_force

),

standardised as (

    select
        scored.customer_id,
        scored.segment_key,
        scored.runner_up_segment_key,
        scored.recency_days,
        scored.frequency_orders,
        scored.monetary_amount,
        scored.runner_up_squared_distance - scored.squared_distance as lead,
        (features.log_recency - own.recency_mean) / own.recency_scale as recency,
        (features.log_frequency - own.frequency_mean) / own.frequency_scale as frequency,
        (features.log_monetary - own.monetary_mean) / own.monetary_scale as monetary

    from scored

    inner join features
        on scored.customer_id = features.customer_id

    inner join segment_models as own
        on scored.segment_key = own.segment_key

),

-- How much each measure speaks for the segment and against the runner-up.
compared as (

    select
        standardised.*,
        power(standardised.recency - runner_up.recency_center, 2)
        - power(standardised.recency - own.recency_center, 2) as recency_lead,
        power(standardised.frequency - runner_up.frequency_center, 2)
        - power(standardised.frequency - own.frequency_center, 2) as frequency_lead,
        power(standardised.monetary - runner_up.monetary_center, 2)
        - power(standardised.monetary - own.monetary_center, 2) as monetary_lead,
        sqrt(
            power(own.recency_center - runner_up.recency_center, 2)
            + power(own.frequency_center - runner_up.frequency_center, 2)
            + power(own.monetary_center - runner_up.monetary_center, 2)
        ) as distance_of_centers

    from standardised

    inner join segment_models as own
        on standardised.segment_key = own.segment_key

    inner join segment_models as runner_up
        on standardised.runner_up_segment_key = runner_up.segment_key

),

final as (

    select
        -- ids
        customer_id,
        runner_up_segment_key,

        -- text
        case
            when recency_lead >= frequency_lead and recency_lead >= monetary_lead
                then 'recency'
            when frequency_lead >= monetary_lead then 'frequency'
            else 'monetary'
        end as driving_measure,
        case
            when recency_lead >= frequency_lead and recency_lead >= monetary_lead
                then concat('last order ', cast(recency_days as string), ' days ago')
            when frequency_lead >= monetary_lead
                then concat('orders: ', cast(cast(frequency_orders as integer) as string))
            else concat(
                'net amount: ', cast(cast(monetary_amount as decimal(18, 0)) as string)
            )
        end as reason,

        -- numbers
        lead / (2 * nullif(distance_of_centers, 0)) as margin

    from compared

)

select * from final
