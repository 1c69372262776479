-- Above max_invalid_share the log is not what the settings say it is.
select
    count(*) as source_lines,
    count(*) filter (where verdict = 'invalid') as invalid_lines

from {{ ref('source_lines') }}

having count(*) filter (where verdict = 'invalid') > {{ var('max_invalid_share') }} * count(*)
