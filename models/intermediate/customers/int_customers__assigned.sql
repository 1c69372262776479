with

scored as (

    select * from {{ ref('int_customers__scored') }}

),

final as (

    select
        -- ids
        customer_id,
        segment_key

    from scored

    where is_present and view_name = 'known' and frequency_orders > 0

)

select * from final
