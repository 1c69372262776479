-- From the published centres alone, plain SQL puts every customer where scikit-learn does.
with

assigned as (

    select * from {{ ref('int_customers__assigned') }}

    where {{ is_drawn('customer_id') }}

)

select
    assigned.customer_id,
    assigned.segment_key,
    assigned_in_python.segment_key as python_segment_key

from assigned

full outer join {{ ref('int_customers__assigned_in_python') }} as assigned_in_python
    on assigned.customer_id = assigned_in_python.customer_id

where coalesce(assigned.segment_key, '') != coalesce(assigned_in_python.segment_key, '')
