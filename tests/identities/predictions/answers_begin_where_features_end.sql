-- Nothing that a feature uses lies in the time that the answer is about.
select
    customer_id,
    orders_seen,
    horizon_days,
    features_end_at,
    label_starts_at,
    label_ends_at

from {{ ref('int_predictions__cases') }}

where
    features_end_at is null
    or label_starts_at < features_end_at
    or label_ends_at <= label_starts_at
