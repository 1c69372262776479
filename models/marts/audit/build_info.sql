with

log_bounds as (

    select * from {{ ref('int_log_bounds') }}

),

builds as (

    select * from {{ source('raw', 'builds') }}

),

rows_counted as (

    select
        count(*) as source_rows,
        count(*) filter (where {{ is_after_as_of('ordered_at') }}) as rows_after_as_of

    from {{ ref('stg_transactions__typed') }}

),

lines_counted as (

    select count(*) as source_lines from {{ ref('source_lines') }}

),

final as (

    select
        -- ids
        builds.build_id,

        -- text
        builds.source_fingerprint,
        {{ text_literal(var('currency')) }} as currency,

        -- numbers
        {{ var('segment_count') }} as segment_count,
        rows_counted.source_rows,
        rows_counted.rows_after_as_of,
        rows_counted.source_rows
        - rows_counted.rows_after_as_of
        - lines_counted.source_lines as rows_delivered_again,
        lines_counted.source_lines,

        -- dates
        log_bounds.first_log_date,
        log_bounds.last_log_date,
        log_bounds.as_of,
        log_bounds.learned_as_of

    from rows_counted

    cross join builds

    cross join log_bounds

    cross join lines_counted

)

select * from final
