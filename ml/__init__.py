"""Learning from the marts: pure functions from tables to tables."""
