select
    verdict,
    sum(lines) as lines,
    sum(case when is_guest then lines else 0 end) as lines_of_guests,
    sum(units) as units,
    sum(amount) as amount
from line_funnel
group by verdict
order by lines desc, verdict
