"""dbt-spark with `method: session`, in which Python models run as well.

dbt-spark sends Python models to Databricks only. In a session Spark is in the same process as
dbt, so that here their code is simply run: on the tables that it refers to, each as a `Table` that
is filtered in Spark and comes to Python as it would from DuckDB. What it returns becomes a table.
"""

from dbt.adapters.base import AdapterPlugin, PythonJobHelper, available
from dbt.adapters.spark.connections import SparkConnectionManager, SparkCredentials
from dbt.adapters.spark.impl import SparkAdapter
from dbt.adapters.sparksession.tables import Session
from dbt.include import sparksession
from pyspark.sql import SparkSession

from ingest.settings import problem_with


class SparkSessionCredentials(SparkCredentials):
    """What a profile says; `method` is always `session`."""

    @property
    def type(self):
        """Name in profiles.yml."""
        return "sparksession"


class SparkSessionConnectionManager(SparkConnectionManager):
    """dbt-spark's own, under this adapter's name."""

    TYPE = "sparksession"


class SparkSessionJobHelper(PythonJobHelper):
    """Runs a Python model in the session."""

    def __init__(self, parsed_model, credentials):
        self.model = parsed_model

    def submit(self, compiled_code):
        """Run what dbt made of a model: its code, and the names that it refers to."""
        session = Session(SparkSession.builder.getOrCreate())
        namespace = {}
        # The project's own models, as dbt wrote them out.
        exec(compile(compiled_code, self.model["path"], "exec"), namespace)  # noqa: S102
        dbt = namespace["dbtObj"](session.table)
        session.save(namespace["model"](dbt, session), namespace["TARGET"])


class SparkSessionAdapter(SparkAdapter):
    """dbt-spark's own, with the one way to run Python models."""

    ConnectionManager = SparkSessionConnectionManager

    @property
    def default_python_submission_method(self):
        """There is no other."""
        return "session"

    @available
    def problem_with_settings(self, project_folder, overrides):
        """Say what is wrong with the settings of a build; None where nothing is."""
        return problem_with(project_folder, overrides)

    @property
    def python_submission_helpers(self):
        """By the name of the method."""
        return {"session": SparkSessionJobHelper}


Plugin = AdapterPlugin(
    adapter=SparkSessionAdapter,
    credentials=SparkSessionCredentials,
    include_path=sparksession.PACKAGE_PATH,
    dependencies=["spark"],
)
