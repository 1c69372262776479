with

-- A date outside of the log says nothing of when somebody was seen.
lines as (

    select
        source_lines.customer_id,
        source_lines.country,
        case
            when
                cast(source_lines.ordered_at as date)
                between build_info.first_log_date and build_info.last_log_date
                then source_lines.ordered_at
        end as seen_at

    from {{ ref('source_lines') }} as source_lines

    cross join {{ ref('build_info') }} as build_info

    where not source_lines.is_guest

),

countries_ranked as (

    select
        customer_id,
        country,
        row_number() over (
            partition by customer_id order by count(*) desc, country
        ) as country_rank

    from lines

    where country is not null

    group by customer_id, country

),

lines_summed_to_customer as (

    select
        customer_id,
        count(*) as source_lines,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at

    from lines

    group by customer_id

),

final as (

    select
        -- ids
        customers.customer_id,

        -- text
        countries_ranked.country,

        -- numbers
        customers.source_lines,

        -- timestamps
        customers.first_seen_at,
        customers.last_seen_at

    from lines_summed_to_customer as customers

    left join countries_ranked
        on
            customers.customer_id = countries_ranked.customer_id
            and countries_ranked.country_rank = 1

)

select * from final
