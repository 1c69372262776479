-- Each of the 125 combinations of scores has exactly one rule, so everybody has one name.
with

scores as (

    {% for score in range(1, 6) -%}
        select {{ score }} as score
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    recency.score as recency_score,
    frequency.score as frequency_score,
    monetary.score as monetary_score,
    count(rules.rfm_segment) as rules

from scores as recency

cross join scores as frequency

cross join scores as monetary

left join {{ ref('rfm_segments') }} as rules
    on
        recency.score between rules.recency_from and rules.recency_to
        and frequency.score between rules.frequency_from and rules.frequency_to
        and monetary.score between rules.monetary_from and rules.monetary_to

group by recency.score, frequency.score, monetary.score

having count(rules.rfm_segment) != 1
