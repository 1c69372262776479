{{ config(materialized='table') }}

with

terms as (

    select * from {{ ref('int_categories__terms') }}

    where score > 0

),

playbook as (

    select * from {{ ref('interest_playbook') }}

),

terms_with_owners as (

    select
        *,
        row_number() over (partition by term order by score desc, category asc) as owner_rank

    from terms

),

-- A term speaks for one category only, the one that has the most of it beyond chance.
terms_owned as (

    select
        *,
        row_number() over (partition by category order by score desc, term asc) as term_rank

    from terms_with_owners

    where owner_rank = 1

),

telling_terms as (

    select
        category,
        {{ dbt.listagg('term', "', '", 'order by term_rank') }} as terms,
        {{ dbt.listagg('case when term_rank <= 3 then term end', "', '", 'order by term_rank') }}
            as three_terms,
        max(case when term_rank = 1 then term end) as first_term

    from terms_owned

    where term_rank <= 10

    group by category

),

words_from_playbook as (

    select
        terms_owned.category,
        playbook.term,
        playbook.category_name,
        playbook.strategy,
        row_number() over (
            partition by terms_owned.category order by terms_owned.term_rank
        ) as playbook_rank

    from terms_owned

    inner join playbook
        on terms_owned.term = playbook.term

    where terms_owned.term_rank <= 10

),

categories as (

    select distinct category from {{ ref('int_products__categorised') }}

    where fit = 'present'

),

final as (

    select
        -- ids
        case
            when categories.category < 0 then 'other'
            else coalesce(
                words_from_playbook.term,
                telling_terms.first_term,
                concat('category_', cast(categories.category + 1 as string))
            )
        end as category_key,

        -- text
        case
            when categories.category < 0 then 'Other'
            else coalesce(
                words_from_playbook.category_name,
                telling_terms.three_terms,
                concat('Category ', cast(categories.category + 1 as string))
            )
        end as category_name,
        coalesce(words_from_playbook.strategy, default_words.strategy) as strategy,
        telling_terms.terms,

        -- numbers
        categories.category

    from categories

    left join telling_terms
        on categories.category = telling_terms.category

    left join words_from_playbook
        on
            categories.category = words_from_playbook.category
            and words_from_playbook.playbook_rank = 1

    left join playbook as default_words
        on default_words.term = '*'

)

select * from final
