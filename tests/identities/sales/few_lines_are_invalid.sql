-- Above max_invalid_share the log is not what the settings say it is: a sentence for each reason,
-- the commonest first.
with

lines as (

    select * from {{ ref('source_lines') }}

),

lines_counted as (

    select
        count(*) as source_lines,
        count(*) filter (where verdict = 'invalid') as invalid_lines

    from lines

),

invalid_lines_numbered as (

    select
        *,
        count(*) over (partition by verdict_reason) as reason_lines,
        row_number() over (partition by verdict_reason order by line_id) as reason_line_number

    from lines

    where verdict = 'invalid'

),

final as (

    select
        invalid_lines_numbered.verdict_reason,
        invalid_lines_numbered.reason_lines,
        concat(
            cast(invalid_lines_numbered.reason_lines as string),
            ' of ',
            cast(lines_counted.source_lines as string),
            ' lines are invalid by ',
            invalid_lines_numbered.verdict_reason,
            ', such as order ',
            coalesce(invalid_lines_numbered.order_id, '(none)'),
            ', product ',
            coalesce(invalid_lines_numbered.product_id, '(none)'),
            ', quantity ',
            coalesce(
                invalid_lines_numbered.quantity_text,
                cast(invalid_lines_numbered.units as string),
                '(none)'
            ),
            ', price ',
            coalesce(
                invalid_lines_numbered.unit_price_text,
                cast(invalid_lines_numbered.unit_price as string),
                '(none)'
            ),
            ', date ',
            coalesce(
                invalid_lines_numbered.ordered_at_text,
                cast(invalid_lines_numbered.ordered_at as string),
                '(none)'
            ),
            '; at most {{ (var('max_invalid_share') * 100) | round(2) }}% of all lines may be ',
            'invalid (setting max_invalid_share). make check says what mends it.'
        ) as problem

    from invalid_lines_numbered

    cross join lines_counted

    where
        invalid_lines_numbered.reason_line_number = 1
        and lines_counted.invalid_lines
        > {{ var('max_invalid_share') }} * lines_counted.source_lines

)

select * from final

order by reason_lines desc, verdict_reason asc
