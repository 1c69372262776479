with

customers as (

    select * from {{ ref('int_customers__views') }}

    where frequency_orders > 0

),

segment_models as (

    select * from {{ ref('segment_models') }}

    where is_accepted and event != 'retired'

),

distances as (

    select
        customers.customer_id,
        customers.snapshot_date,
        customers.view_name,
        segment_models.segment_key,
        segment_models.segment_rank,
        {{ squared_distance('customers', 'segment_models') }} as squared_distance

    from customers

    inner join segment_models
        on customers.fitted_on = segment_models.fitted_on

),

ranked as (

    select
        *,
        row_number() over (
            partition by customer_id, snapshot_date, view_name
            order by squared_distance, segment_rank
        ) as nearness

    from distances

),

final as (

    select
        customer_id,
        snapshot_date,
        view_name,
        max(case when nearness = 1 then segment_key end) as segment_key,
        max(case when nearness = 2 then segment_key end) as runner_up_segment_key,
        max(case when nearness = 1 then squared_distance end) as squared_distance,
        max(case when nearness = 2 then squared_distance end) as runner_up_squared_distance

    from ranked

    where nearness <= 2

    group by customer_id, snapshot_date, view_name

)

select * from final
