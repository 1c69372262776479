with

build_info as (

    select * from {{ ref('build_info') }}

),

months_numbered as (

    {{ dbt.generate_series(1200) }}

),

months_of_the_log as (

    select
        build_info.first_log_date,
        build_info.as_of,
        cast(
            {{ dbt.dateadd(
                'month',
                'months_numbered.generated_number - 1',
                dbt.date_trunc('month', 'build_info.first_log_date')
            ) }} as date
        ) as month_start

    from build_info

    cross join months_numbered

),

final as (

    select
        -- booleans
        first_log_date > month_start
        or as_of < cast({{ dbt.dateadd('month', 1, 'month_start') }} as date) as is_partial,

        -- dates
        month_start

    from months_of_the_log

    where month_start < as_of

)

select * from final
