-- A shop may sell things that nobody buys together: then the categories say little, which is worth
-- a warning and no reason to stop the build.
{{ config(severity='warn') }}

select * from {{ ref('interest_quality') }}

where not is_met
