-- After one order nothing honest is nearly always right but what is clear if nothing more is
-- bought. That the most alike training customer is, and half as often wrong as that, means that a
-- feature holds the answer.
with

accuracies as (

    select
        horizon_days,
        max(case when model = '1-nearest neighbour' then metric_value end) as of_neighbour,
        max(case when model = 'rules' then metric_value end) as of_rules

    from {{ ref('prediction_quality') }}

    where target = 'segment' and metric = 'accuracy' and orders_seen = 1

    group by horizon_days

)

select * from accuracies

where
    of_neighbour > {{ var('max_neighbour_accuracy') }}
    and 1 - of_neighbour < (1 - of_rules) / 2
