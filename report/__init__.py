"""The report: from the published tables to one page of HTML.

`queries` reads, `sections` says which figures the page has, `figures_*` turn a query's rows into a
finding and its charts, `pictures` draws them, `page` sets the page. Only `commands.report` touches
files.
"""
