-- Two independent ways to the same figure: sparse matrices in Python, counts in SQL.
select
    candidates.copurchase_lift,
    baskets.lift_of_pairs

from {{ ref('interest_candidates') }} as candidates

cross join {{ ref('int_categories__against_baskets') }} as baskets

where
    candidates.is_chosen
    and abs(candidates.copurchase_lift - baskets.lift_of_pairs) > 1e-9
