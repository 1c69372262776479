"""Learning from the marts: pure functions from tables to tables.

Importing this package makes the libraries under it compute on one thread, for good: how sums are
split over threads would change their last digits, and models that run side by side in one process
would restore each other's limits.
"""

import os

from threadpoolctl import threadpool_limits

# Libraries read it when they are loaded …
for setting in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[setting] = "1"

# … and for those that were loaded before, the limit holds for the process.
threadpool_limits(1)
