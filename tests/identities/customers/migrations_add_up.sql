-- Customers of a segment at a month's end are those before, plus entered, less left; and segment
-- events tell of the same steps, each with the same cause.
with

history as (

    select * from {{ ref('customer_segment_history') }}

),

months as (

    select distinct month_end from history

),

segments as (

    select distinct segment_key from history

),

-- Where everybody has left a segment, nobody is in it.
sizes as (

    select
        segments.segment_key,
        months.month_end,
        count(history.customer_id) as customers

    from segments

    cross join months

    left join history
        on
            segments.segment_key = history.segment_key
            and months.month_end = history.month_end

    group by segments.segment_key, months.month_end

),

changes as (

    select
        to_segment_key as segment_key,
        month_end,
        cause,
        customers as entered,
        0 as left_it

    from {{ ref('segment_migrations') }}

    union all

    select
        from_segment_key as segment_key,
        month_end,
        cause,
        0 as entered,
        customers as left_it

    from {{ ref('segment_migrations') }}

    where from_segment_key is not null

),

balances as (

    select
        sizes.segment_key,
        sizes.month_end,
        sizes.customers,
        coalesce(sum(changes.entered - changes.left_it), 0) as customers_by_migrations

    from sizes

    left join changes
        on
            sizes.segment_key = changes.segment_key
            and sizes.month_end >= changes.month_end

    group by sizes.segment_key, sizes.month_end, sizes.customers

),

told_twice as (

    select
        segment_key,
        month_end,
        cause,
        entered,
        left_it

    from changes

    union all

    select
        segment_key,
        month_end,
        cause,
        case when event = 'entered' then -1 else 0 end as entered,
        case when event = 'left' then -1 else 0 end as left_it

    from {{ ref('segment_events') }}

)

select
    segment_key,
    month_end,
    cast(null as {{ dbt.type_string() }}) as cause,
    customers - customers_by_migrations as off_by

from balances

where customers != customers_by_migrations

union all

select
    segment_key,
    month_end,
    cause,
    greatest(abs(sum(entered)), abs(sum(left_it))) as off_by

from told_twice

group by segment_key, month_end, cause

having sum(entered) != 0 or sum(left_it) != 0
