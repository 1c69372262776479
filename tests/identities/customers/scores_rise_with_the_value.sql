-- The ranges of values of two scores never touch, and the better score has the better values.
select
    worse.measure,
    worse.score as worse_score,
    better.score as better_score

from {{ ref('rfm_cut_points') }} as worse

inner join {{ ref('rfm_cut_points') }} as better
    on
        worse.measure = better.measure
        and worse.score < better.score

where
    (worse.measure = 'recency' and worse.lowest_value <= better.highest_value)
    or (worse.measure != 'recency' and worse.highest_value >= better.lowest_value)
