with

rates as (

    select
        upper({{ trimmed('currency') }}) as currency,
        rate,
        valid_from

    from {{ ref('currency_rates') }}

    where upper({{ trimmed('currency') }}) != {{ text_literal(var('currency')) }}

    union all

    select
        {{ text_literal(var('currency')) }} as currency,
        cast(1 as decimal(18, 10)) as rate,
        cast('0001-01-01' as date) as valid_from

),

-- A rate holds until the next of its currency.
renamed as (

    select
        -- text
        currency,

        -- numbers
        -- One digit more than prices have makes engines multiply in wide decimals.
        cast(rate as decimal(19, 10)) as rate,

        -- dates
        valid_from,
        lead(valid_from) over (partition by currency order by valid_from) as valid_to

    from rates

)

select * from renamed
