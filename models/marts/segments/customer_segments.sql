with

customers as (

    select * from {{ ref('int_customers__totals') }}

),

customer_rfm as (

    select * from {{ ref('customer_rfm') }}

),

customers_assigned as (

    select * from {{ ref('int_customers__assigned') }}

),

-- Who keeps nothing has no recency or frequency; they are groups of their own.
keyed as (

    select
        customers.customer_id,
        customers.net_amount,
        case
            when customers_assigned.segment_key is not null
                then cast(customers_assigned.segment_key as string)
            when customers.orders > 0 then 'kept_nothing'
            else 'never_bought'
        end as segment_key

    from customers

    left join customers_assigned
        on customers.customer_id = customers_assigned.customer_id

),

final as (

    select
        -- ids
        keyed.customer_id,
        keyed.segment_key,
        reasons.runner_up_segment_key,
        next_steps.next_segment_key,

        -- text
        segment_playbook.segment_name,
        segment_playbook.strategy,
        customer_rfm.rfm_segment,
        reasons.driving_measure,
        reasons.reason,
        next_steps.next_step,

        -- numbers
        customer_rfm.recency_days,
        customer_rfm.frequency_orders,
        keyed.net_amount as monetary_amount,
        reasons.margin,
        next_steps.next_step_orders,
        next_steps.next_step_days,

        -- booleans
        coalesce(customer_rfm.is_outlier, false) as is_outlier

    from keyed

    left join customer_rfm
        on keyed.customer_id = customer_rfm.customer_id

    left join {{ ref('int_customers__reasons') }} as reasons
        on keyed.customer_id = reasons.customer_id

    left join {{ ref('int_customers__next_steps') }} as next_steps
        on keyed.customer_id = next_steps.customer_id

    left join {{ ref('segment_playbook') }} as segment_playbook
        on keyed.segment_key = segment_playbook.segment_key

)

select * from final
