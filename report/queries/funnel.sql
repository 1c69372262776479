select
    verdict,
    sum(lines) as lines,
    sum(units) as units,
    sum(amount) as amount
from line_funnel
group by verdict
order by lines desc, verdict
