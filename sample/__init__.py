"""A synthetic gift shop's transaction log, to run the project without a download."""
