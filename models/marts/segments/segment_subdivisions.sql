with

splits as (

    select
        segment_key,
        parts,
        max(stability) as stability,
        max(silhouette) as silhouette,
        min(share) as smallest_share

    from {{ ref('int_segments__subdivided') }}

    group by segment_key, parts

),

judged as (

    select
        *,
        case
            when stability < {{ var('min_subdivision_stability') }}
                then 'the data do not support it: another sample splits differently'
            when smallest_share < {{ var('min_subdivision_share') }}
                then 'the smallest part is too small'
        end as refusal

    from splits

),

ranked as (

    select
        *,
        row_number() over (
            partition by segment_key, refusal is null order by stability desc, parts asc
        ) as stability_rank

    from judged

),

final as (

    select
        -- ids
        cast(segment_key as string) as segment_key,

        -- text
        case
            when refusal is not null then refusal
            when stability_rank = 1 then 'accepted'
            else 'stable, but another number of parts is more so'
        end as reason,

        -- numbers
        cast(parts as integer) as parts,
        cast(stability as double) as stability,
        cast(silhouette as double) as silhouette,
        cast(smallest_share as double) as smallest_share,

        -- booleans
        refusal is null and stability_rank = 1 as is_accepted

    from ranked

)

select * from final
