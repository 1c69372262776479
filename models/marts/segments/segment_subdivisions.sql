with

splits as (

    select
        segment_key,
        parts,
        max(stability) as stability,
        max(stability_by_chance) as stability_by_chance,
        max(silhouette) as silhouette,
        max(k_means_stability) as k_means_stability,
        max(k_means_silhouette) as k_means_silhouette,
        min(share) as smallest_share

    from {{ ref('int_segments__subdivided') }}

    group by segment_key, parts

),

judged as (

    select
        *,
        case
            when stability < {{ var('min_subdivision_stability') }}
                then 'this method finds no stable split: another sample splits differently'
            when stability <= stability_by_chance
                then 'no more stable than splits of customers who are all of one kind'
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
        cast(stability_by_chance as double) as stability_by_chance,
        cast(silhouette as double) as silhouette,
        cast(k_means_stability as double) as k_means_stability,
        cast(k_means_silhouette as double) as k_means_silhouette,
        cast(smallest_share as double) as smallest_share,

        -- booleans
        refusal is null and stability_rank = 1 as is_accepted

    from ranked

)

select * from final
