-- A warning, not an error: look at segment_candidates and set segment_count to what it chooses.
{{ config(severity='warn') }}

select
    segment_count,
    reason

from {{ ref('segment_candidates') }}

where is_chosen and not is_in_use
