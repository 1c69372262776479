select segment_key, pca_x, pca_y, margin
from customer_map
inner join customer_segments using (customer_id)
where pca_x is not null
order by hash(customer_id), customer_id
