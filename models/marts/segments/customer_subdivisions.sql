with

customers_subdivided as (

    select * from {{ ref('int_customers__subdivided') }}

),

accepted as (

    select * from {{ ref('segment_subdivisions') }}

    where is_accepted

),

playbook as (

    select * from {{ ref('segment_playbook') }}

),

final as (

    select
        -- ids
        cast(customers_subdivided.customer_id as string) as customer_id,
        accepted.segment_key,
        concat(
            accepted.segment_key, '_', cast(customers_subdivided.part as string)
        ) as subdivision_key,

        -- text
        concat(playbook.segment_name, ', ', customers_subdivided.words) as subdivision_name

    from customers_subdivided

    inner join accepted
        on
            customers_subdivided.segment_key = accepted.segment_key
            and customers_subdivided.parts = accepted.parts

    inner join playbook
        on accepted.segment_key = playbook.segment_key

)

select * from final
