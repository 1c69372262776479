select distinct
    segment_key, segment_name,
    segment_key in (select segment_key from segment_models) as is_fitted
from segment_events
where segment_key not in (select segment_key from segments)
order by segment_key
