with

candidates as (

    select * from {{ ref('int_segments__candidates') }}

),

final as (

    select
        -- text
        cast(algorithm as string) as algorithm,
        cast(reason as string) as reason,

        -- numbers
        cast(segment_count as integer) as segment_count,
        cast(resamples as integer) as resamples,
        cast(silhouette as double) as silhouette,
        cast(davies_bouldin as double) as davies_bouldin,
        cast(calinski_harabasz as double) as calinski_harabasz,
        cast(bootstrap_ari_mean as double) as bootstrap_ari_mean,
        cast(bootstrap_ari_min as double) as bootstrap_ari_min,
        cast(bootstrap_ari_error as double) as bootstrap_ari_error,
        cast(smallest_share as double) as smallest_share,
        cast(future_variance_explained as double) as future_variance_explained,

        -- booleans
        cast(is_chosen as boolean) as is_chosen,
        cast(algorithm as string) = 'k-means'
        and cast(segment_count as integer) = {{ var('segment_count') }} as is_in_use

    from candidates

)

select * from final
