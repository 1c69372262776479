with

-- Only rows of an order that names a product twice can be copies: all others are spared a sort.
named_twice as (

    select {{ short_hash(['order_id', 'product_id']) }} as named_hash

    from {{ ref('stg_transactions__known') }}

    group by {{ short_hash(['order_id', 'product_id']) }}

    having count(*) > 1

),

rows_named_once as (

    select
        known.*,
        {{ content_hash() }} as content_hash,
        1 as copy_number,
        1 as delivery_number

    from {{ ref('stg_transactions__known') }} as known

    left join named_twice
        on {{ short_hash(['known.order_id', 'known.product_id']) }} = named_twice.named_hash

    where named_twice.named_hash is null

),

rows_named_twice as (

    select
        known.*,
        {{ content_hash() }} as content_hash

    from {{ ref('stg_transactions__known') }} as known

    inner join named_twice
        on {{ short_hash(['known.order_id', 'known.product_id']) }} = named_twice.named_hash

),

-- Rows of one content are alike in all but their file: which is the first is no choice.
copies_numbered as (

    select
        *,
        row_number() over (
            partition by content_hash, source_file order by content_hash
        ) as copy_number

    from rows_named_twice

),

-- The n-th copy in one file and the n-th copy in another are the same line, delivered twice.
deliveries_numbered as (

    select
        *,
        row_number() over (
            partition by content_hash, copy_number order by source_file
        ) as delivery_number

    from copies_numbered

),

final as (

    select * from rows_named_once

    union all

    select * from deliveries_numbered

)

select * from final
