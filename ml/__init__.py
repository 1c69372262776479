"""Learning from the marts: pure functions from tables to tables.

Importing this package makes the libraries under it compute on one thread, for good: how sums are
split over threads would change their last digits, and models that run side by side in one process
would restore each other's limits.
"""

import os

# OpenMP reads it when it is loaded, for every thread that comes later.
os.environ["OMP_NUM_THREADS"] = "1"

import sklearn.cluster  # noqa: F401  loads the libraries that have threads
from threadpoolctl import threadpool_limits

# Linear algebra may have been loaded before; its limit holds for the process.
threadpool_limits(1)
