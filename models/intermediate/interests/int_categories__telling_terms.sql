with

-- Two words are keys already, of no category and of several.
terms as (

    select * from {{ ref('int_categories__terms') }}

    where score > 0 and term not in ('other', 'mixed')

),

terms_with_owners as (

    select
        *,
        row_number() over (partition by term order by score desc, category asc) as owner_rank

    from terms

),

terms_owned as (

    select
        *,
        row_number() over (partition by category order by score desc, term asc) as term_rank

    from terms_with_owners

    where owner_rank = 1

),

final as (

    select
        -- text
        term,

        -- numbers
        category,
        term_rank

    from terms_owned

    where term_rank <= 10

)

select * from final
