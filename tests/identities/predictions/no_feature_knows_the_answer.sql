-- After one order nothing honest is nearly always right. That the most alike training customer is,
-- means that a feature holds the answer.
select * from {{ ref('prediction_quality') }}

where
    model = '1-nearest neighbour'
    and target = 'segment'
    and metric = 'accuracy'
    and orders_seen = 1
    and value > {{ var('max_neighbour_accuracy') }}
