-- Who is tested is in no training case, and came after the last answer that was learned.
with

cases as (

    select * from {{ ref('int_predictions__cases') }}

),

first_tested as (

    select
        horizon_days,
        min(first_ordered_at) as first_test_at

    from cases

    where part = 'test'

    group by horizon_days

)

select
    tested.horizon_days,
    concat(tested.customer_id, ' is in both parts') as what

from cases as tested

inner join cases as trained
    on
        tested.customer_id = trained.customer_id
        and tested.horizon_days = trained.horizon_days

where tested.part = 'test' and trained.part = 'train'

union all

select
    cases.horizon_days,
    concat(cases.customer_id, ' was learned too late') as what

from cases

inner join first_tested
    on cases.horizon_days = first_tested.horizon_days

where cases.part = 'train' and cases.label_ends_at >= first_tested.first_test_at

union all

select
    fitted.horizon_days,
    'the tested model has learned too late' as what

from {{ ref('int_predictions__fitted') }} as fitted

inner join first_tested
    on fitted.horizon_days = first_tested.horizon_days

where fitted.fit = 'before_split' and fitted.last_label_at >= first_tested.first_test_at
