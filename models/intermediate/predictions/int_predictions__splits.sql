with

build_info as (

    select * from {{ ref('build_info') }}

),

customers as (

    select distinct
        customer_id,
        horizon_days,
        first_ordered_at

    from {{ ref('int_predictions__states') }}

    where is_learned_from

),

horizons as (

    select distinct horizon_days from customers

),

acquired as (

    select
        horizons.horizon_days,
        {{ first_day_of_new_customers() }} as first_day,
        {{ dbt.dateadd('day', '-horizons.horizon_days', 'build_info.learned_as_of') }} as end_day

    from horizons

    cross join build_info

),

-- One horizon lies between the two, so that what is learned was known when the first test customer
-- came; of the rest two thirds are learned from.
divided as (

    select
        horizon_days,
        cast(first_day as date) as first_day,
        cast(end_day as date) as end_day,
        -- The line is only long once dbt's macro has been written out.
        cast(floor(({{ dbt.datediff('first_day', 'end_day', 'day') }} - horizon_days) * 2 / 3) as integer) as train_days -- noqa: LT05

    from acquired

),

dated as (

    select
        *,
        cast({{ dbt.dateadd('day', 'train_days - 1 + horizon_days', 'first_day') }} as date)
            as test_from

    from divided

    where train_days > 0

),

final as (

    select
        -- numbers
        dated.horizon_days,

        -- dates
        dated.first_day,
        dated.test_from,
        dated.end_day as test_until,

        -- timestamps
        min(customers.first_ordered_at) as first_test_at

    from dated

    inner join customers
        on
            dated.horizon_days = customers.horizon_days
            and dated.test_from <= customers.first_ordered_at

    group by dated.horizon_days, dated.first_day, dated.test_from, dated.end_day

)

select * from final
