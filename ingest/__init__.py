"""Reading transaction files: what they hold, whether they are whole, and how to query them."""
