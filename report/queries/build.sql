select currency, source_lines, first_log_date, last_log_date, as_of, learned_as_of
from build_info
