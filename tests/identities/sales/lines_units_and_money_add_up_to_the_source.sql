-- Nothing is lost or counted twice between the rows of the files and the funnel.
with

source_side as (

    select
        count(*) as lines,
        coalesce(sum(units), 0) as units,
        coalesce(sum(amount), 0) as amount,
        min(source_file) != max(source_file) as has_several_files

    from {{ ref('stg_transactions__known') }}

),

-- Only rows of an order that lies in several files can have been delivered again.
orders_in_several_files as (

    select coalesce(known.order_id, '') as order_id

    from {{ ref('stg_transactions__known') }} as known

    inner join source_side
        on source_side.has_several_files

    group by coalesce(known.order_id, '')

    having min(known.source_file) != max(known.source_file)

),

copies_numbered as (

    select
        known.units,
        known.amount,
        {{ content_hash() }} as content_hash,
        row_number() over (
            partition by {{ content_hash() }}, known.source_file order by known.source_file
        ) as copy_number

    from {{ ref('stg_transactions__known') }} as known

    inner join orders_in_several_files
        on coalesce(known.order_id, '') = orders_in_several_files.order_id

),

-- The n-th copy in one file and the n-th copy in another are one line: all but one are left over.
lines_delivered_again as (

    select
        count(*) - 1 as lines,
        sum(units) - max(units) as units,
        sum(amount) - max(amount) as amount

    from copies_numbered

    group by content_hash, copy_number

),

delivered_again as (

    select
        coalesce(sum(lines), 0) as lines,
        coalesce(sum(units), 0) as units,
        coalesce(sum(amount), 0) as amount

    from lines_delivered_again

),

funnel_side as (

    select
        coalesce(sum(lines), 0) as lines,
        coalesce(sum(units), 0) as units,
        coalesce(sum(amount), 0) as amount

    from {{ ref('line_funnel') }}

)

select
    source_side.lines,
    delivered_again.lines as lines_again,
    funnel_side.lines as funnel_lines,
    source_side.units,
    delivered_again.units as units_again,
    funnel_side.units as funnel_units,
    source_side.amount,
    delivered_again.amount as amount_again,
    funnel_side.amount as funnel_amount

from source_side

cross join delivered_again

cross join funnel_side

where
    source_side.lines - delivered_again.lines != funnel_side.lines
    or source_side.units - delivered_again.units != funnel_side.units
    or source_side.amount - delivered_again.amount != funnel_side.amount
