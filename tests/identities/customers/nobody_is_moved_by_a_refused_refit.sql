-- Without a new model in force nobody changes segment because of a model.
with

accepted_fits as (

    select distinct cast({{ dbt.dateadd('day', -1, 'fitted_on') }} as date) as month_end

    from {{ ref('segment_models') }}

    where is_accepted

)

select
    migrations.month_end,
    migrations.customers

from {{ ref('segment_migrations') }} as migrations

left join accepted_fits
    on migrations.month_end = accepted_fits.month_end

where migrations.cause = 'refit' and accepted_fits.month_end is null
