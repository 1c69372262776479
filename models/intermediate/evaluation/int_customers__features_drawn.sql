with

final as (

    select * from {{ ref('int_customers__features') }}

    where is_present and {{ is_drawn('customer_id') }}

)

select * from final
