with

coordinates as (

    select * from {{ ref('int_customers__map') }}

),

final as (

    select
        -- ids
        cast(customer_id as string) as customer_id,

        -- numbers
        cast(pca_x as double) as pca_x,
        cast(pca_y as double) as pca_y,
        cast(tsne_x as double) as tsne_x,
        cast(tsne_y as double) as tsne_y

    from coordinates

)

select * from final
