select measure, score, customers, lowest_value, highest_value
from rfm_cut_points
order by measure, score
