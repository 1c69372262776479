-- Where the segment predicted after one order is no better than what is known without the customer,
-- nobody should act on it, which is worth a warning and no reason to stop the build.
{{ config(severity='warn') }}

select * from {{ ref('prediction_quality') }}

where
    target = 'segment'
    and metric = 'log_loss'
    and orders_seen = 1
    and not is_beaten
