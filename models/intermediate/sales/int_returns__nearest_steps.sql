with

piles as (

    select
        pile_id,
        max(step) as last_step

    from {{ ref('int_returns__piles') }}

    group by pile_id

),

balances as (

    select
        pile_id,
        step,
        balance

    from {{ ref('int_returns__piles') }}

    union all

    -- Before its first step a pile is empty.
    select
        pile_id,
        0 as step,
        0 as balance

    from piles

),

block_sizes as (

    {% for power in range(30) -%}
        select {{ 2 ** power }} as block_size
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- At each size a step lies in the left or the right block of a pair, and any two steps are such
-- neighbours at exactly one size: all comparisons take n log n rows.
blocks_paired as (

    select
        balances.*,
        block_sizes.block_size,
        floor(balances.step / (2 * block_sizes.block_size)) as block_pair,
        mod(floor(balances.step / block_sizes.block_size), 2) = 1 as is_right

    from balances

    inner join piles
        on balances.pile_id = piles.pile_id

    inner join block_sizes
        on piles.last_step >= block_sizes.block_size

),

-- A window ordered by balance reaches up to the steps of the same balance.
low_steps_found as (

    select
        pile_id,
        step,
        is_right,
        min(case when is_right then step end) over lowest_first as first_low_on_the_right,
        max(case when not is_right then step end) over lowest_first as last_low_on_the_left

    from blocks_paired

    window lowest_first as (
        partition by pile_id, block_size, block_pair order by balance
    )

),

final as (

    select
        pile_id,
        step,
        min(case when not is_right then first_low_on_the_right end) as next_low_step,
        max(case when is_right then last_low_on_the_left end) as previous_low_step

    from low_steps_found

    group by pile_id, step

)

select * from final
