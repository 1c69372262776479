with pieces as (
    select
        case
            when products.product_id is null then 'never_sold'
            when returns.unmatched_reason = 'guest' then 'guest'
            when returns.unmatched_reason is not null then 'no_purchase'
            else 'given_back'
        end as kind,
        -cast(source_lines.amount as double) * (returns.units / -source_lines.units) as credited,
        returns.amount as worth_when_bought
    from returns
    inner join source_lines on returns.credit_line_id = source_lines.line_id
    left join products on returns.product_id = products.product_id
)

select
    kind,
    count(*) as pieces,
    sum(credited) as credited,
    sum(worth_when_bought) as worth_when_bought
from pieces
group by kind
order by credited desc, kind
