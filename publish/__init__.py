"""Publishing: what a whole and passed build leaves for BI tools, swapped in by one rename."""
