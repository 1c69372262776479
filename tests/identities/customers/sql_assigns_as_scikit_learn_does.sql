-- From the published centres alone, plain SQL puts a sample of customers where scikit-learn does.
select
    assigned_in_python.customer_id,
    assigned.segment_key,
    assigned_in_python.segment_key as python_segment_key

from {{ ref('int_customers__assigned_in_python') }} as assigned_in_python

left join {{ ref('int_customers__assigned') }} as assigned
    on assigned_in_python.customer_id = assigned.customer_id

where coalesce(assigned.segment_key, '') != assigned_in_python.segment_key
