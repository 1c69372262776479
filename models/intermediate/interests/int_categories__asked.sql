with

build_info as (

    select * from {{ ref('build_info') }}

),

asked as (

    select
        'present' as fit,
        as_of as known_on

    from build_info

    union all

    select
        'before_split' as fit,
        {{ interest_split() }} as known_on

    from build_info

),

final as (

    select
        -- text
        asked.fit,

        -- dates
        asked.known_on,
        max(fit_dates.fitted_on) as fitted_on

    from asked

    left join {{ ref('int_categories__fit_dates') }} as fit_dates
        on asked.known_on >= fit_dates.fitted_on

    where asked.known_on is not null

    group by asked.fit, asked.known_on

)

select * from final
