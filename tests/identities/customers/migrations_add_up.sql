-- Customers of a segment at a month's end are those before, plus entered, less left; and segment
-- events tell of the same steps.
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
        customers as change

    from {{ ref('segment_migrations') }}

    union all

    select
        from_segment_key as segment_key,
        month_end,
        -customers as change

    from {{ ref('segment_migrations') }}

    where from_segment_key is not null

),

event_changes as (

    select
        segment_key,
        month_end,
        sum(case when event = 'entered' then 1 else -1 end) as change

    from {{ ref('segment_events') }}

    group by segment_key, month_end

),

balances as (

    select
        sizes.segment_key,
        sizes.month_end,
        sizes.customers,
        sum(changes.change) as customers_by_migrations

    from sizes

    left join changes
        on
            sizes.segment_key = changes.segment_key
            and sizes.month_end >= changes.month_end

    group by sizes.segment_key, sizes.month_end, sizes.customers

),

balances_by_events as (

    select
        sizes.segment_key,
        sizes.month_end,
        sum(event_changes.change) as customers_by_events

    from sizes

    left join event_changes
        on
            sizes.segment_key = event_changes.segment_key
            and sizes.month_end >= event_changes.month_end

    group by sizes.segment_key, sizes.month_end

)

select
    balances.segment_key,
    balances.month_end,
    balances.customers,
    balances.customers_by_migrations,
    balances_by_events.customers_by_events

from balances

inner join balances_by_events
    on
        balances.segment_key = balances_by_events.segment_key
        and balances.month_end = balances_by_events.month_end

where
    balances.customers != coalesce(balances.customers_by_migrations, 0)
    or balances.customers != coalesce(balances_by_events.customers_by_events, 0)
