-- Nobody should act on an answer that a simpler idea gives better, or on a segment predicted after
-- one order that cannot be told to be better: worth a warning and no reason to stop the build.
{{ config(severity='warn') }}

select * from {{ ref('prediction_quality') }}

where
    metric = 'log_loss'
    and (
        comparison = 'worse'
        or (target = 'segment' and orders_seen = 1 and comparison = 'no difference told')
    )
