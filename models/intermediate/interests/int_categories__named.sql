{{ config(materialized='table') }}

with

playbook as (

    select * from {{ ref('interest_playbook') }}

),

terms_in_words as (

    select
        category,
        {{ dbt.listagg('term', "', '", 'order by term_rank') }} as terms,
        {{ dbt.listagg('case when term_rank <= 3 then term end', "', '", 'order by term_rank') }}
            as three_terms,
        max(case when term_rank = 1 then term end) as first_term

    from {{ ref('int_categories__telling_terms') }}

    group by category

),

-- By the playbook's order: which of two words tells more may change from one day to the next.
words_from_playbook as (

    select
        telling_terms.category,
        playbook.term,
        playbook.category_name,
        playbook.strategy,
        row_number() over (
            partition by telling_terms.category order by playbook.playbook_order
        ) as playbook_rank

    from {{ ref('int_categories__telling_terms') }} as telling_terms

    inner join playbook
        on telling_terms.term = playbook.term

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
                terms_in_words.first_term,
                concat('category_', cast(categories.category + 1 as string))
            )
        end as category_key,

        -- text
        case
            when categories.category < 0 then 'Other'
            else coalesce(
                words_from_playbook.category_name,
                terms_in_words.three_terms,
                concat('Category ', cast(categories.category + 1 as string))
            )
        end as category_name,
        coalesce(words_from_playbook.strategy, default_words.strategy) as strategy,
        terms_in_words.terms,

        -- numbers
        categories.category

    from categories

    left join terms_in_words
        on categories.category = terms_in_words.category

    left join words_from_playbook
        on
            categories.category = words_from_playbook.category
            and words_from_playbook.playbook_rank = 1

    left join playbook as default_words
        on default_words.term = '*'

)

select * from final
