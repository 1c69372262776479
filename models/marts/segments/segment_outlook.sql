with

outlook as (

    select * from {{ ref('int_segments__outlook') }}

),

start as (

    select
        snapshots.snapshot_date as starts_on,
        cast(
            {{ dbt.dateadd('day', var('outlook_days'), 'snapshots.snapshot_date') }} as date
        ) as ends_on,
        models_in_force.fitted_on as model_fitted_on

    from {{ ref('int_snapshots') }} as snapshots

    inner join {{ ref('int_snapshots__models') }} as models_in_force
        on snapshots.snapshot_date = models_in_force.snapshot_date

    where snapshots.is_outlook_start

),

-- A segment stands apart where its interval touches neither neighbour's.
neighbours as (

    select
        *,
        lead(mean_net_amount_high) over richest_first as next_high,
        lag(mean_net_amount_low) over richest_first as previous_low

    from outlook

    window richest_first as (order by mean_net_amount desc, segment_key asc)

),

final as (

    select
        -- ids
        cast(neighbours.segment_key as string) as segment_key,

        -- text
        segment_playbook.segment_name,

        -- numbers
        cast(neighbours.customers as bigint) as customers,
        {% for measure in ['mean_net_amount', 'repeat_rate'] -%}
            cast(neighbours.{{ measure }} as double) as {{ measure }},
            cast(neighbours.{{ measure }}_low as double) as {{ measure }}_low,
            cast(neighbours.{{ measure }}_high as double) as {{ measure }}_high,
        {% endfor %}

        -- booleans
        coalesce(neighbours.mean_net_amount_low > neighbours.next_high, true)
        and coalesce(neighbours.mean_net_amount_high < neighbours.previous_low, true)
            as stands_apart,

        -- dates
        start.starts_on,
        start.ends_on,
        start.model_fitted_on

    from neighbours

    cross join start

    left join {{ ref('segment_playbook') }} as segment_playbook
        on neighbours.segment_key = segment_playbook.segment_key

)

select * from final
