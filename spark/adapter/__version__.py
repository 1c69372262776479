"""The version of dbt-spark that this stands on, where dbt looks for it."""

from dbt.adapters.spark.__version__ import version as version
