with

versions as (

    select * from {{ ref('int_segments__fitted') }}

),

periods as (

    select
        fitted_on,
        lead(fitted_on) over (order by fitted_on) as replaced_on

    from versions

    where is_accepted

    group by fitted_on

),

final as (

    select
        -- ids
        cast(versions.segment_key as string) as segment_key,

        -- text
        cast(versions.event as string) as event,
        case
            when versions.error_in_force is null then 'first fit'
            when versions.error_refit = 0 and versions.is_accepted
                then 'accepted: the refit has no error at all'
            when versions.error_refit = 0 then 'refused: neither model has an error'
            else concat(
                case when versions.is_accepted then 'accepted' else 'refused' end,
                ': the model in force has an error ',
                cast(
                    cast(
                        100 * (versions.error_in_force / versions.error_refit - 1)
                        as decimal(18, 1)
                    ) as string
                ),
                ' % above the refit''s, {{ '%g' | format(100 * var("refit_gain")) }} % are allowed'
            )
        end as decision,

        -- numbers
        cast(versions.segment_rank as integer) as segment_rank,
        cast(versions.cluster as integer) as cluster,
        cast(versions.customers_fitted as bigint) as customers_fitted,
        {% for kind in ['center', 'mean', 'scale'] -%}
            {% for measure in ['recency', 'frequency', 'monetary'] -%}
                cast(versions.{{ measure }}_{{ kind }} as double) as {{ measure }}_{{ kind }},
            {% endfor -%}
        {% endfor -%}
        {% for measurement in [
            'match_distance', 'error_in_force', 'error_refit', 'drift', 'share_moved_raw',
            'share_moved_matched', 'share_moved_frozen', 'share_moved_by_chance'
        ] -%}
            cast(versions.{{ measurement }} as double) as {{ measurement }},
        {% endfor %}

        -- booleans
        cast(versions.is_accepted as boolean) as is_accepted,
        coalesce(
            periods.fitted_on is not null
            and periods.replaced_on is null
            and versions.event != 'retired',
            false
        ) as is_in_force,

        -- dates
        cast(versions.fitted_on as date) as fitted_on,
        cast(periods.replaced_on as date) as replaced_on

    from versions

    left join periods
        on versions.fitted_on = periods.fitted_on

)

select * from final
