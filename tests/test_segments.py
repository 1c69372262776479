"""Fitting and assigning: by hand, in any order, on any number of threads, as scikit-learn does."""

import json
import subprocess
import sys
import textwrap

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from ml import segments
from sample.generate import archetypes, transactions


def customers(points, outliers=()):
    frame = pd.DataFrame(points, columns=segments.FEATURES, dtype=float)
    frame.insert(0, "customer_id", [f"{number:05}" for number in range(len(frame))])
    return frame.assign(is_outlier=frame.index.isin(outliers), is_start=True)


def model_of(centers):
    """A model in its own standard deviations, of the given centres, in order of rank."""
    return pd.DataFrame(centers, columns=segments.CENTERS, dtype=float).assign(
        segment_rank=range(1, len(centers) + 1),
        segment_key=[f"segment {rank}" for rank in range(1, len(centers) + 1)],
        **dict.fromkeys(segments.MEANS, 0.0),
        **dict.fromkeys(segments.SCALES, 1.0),
    )


def test_centres_worked_out_by_hand():
    # Means 3, 2, 6 and standard deviations 2, 1, 2; the pairs stand at plus and minus one.
    model = segments.fit(customers([[1, 3, 8], [1, 3, 8], [5, 1, 4], [5, 1, 4]]), 2, 0)
    assert model[segments.MEANS].iloc[0].tolist() == [3, 2, 6]
    assert model[segments.SCALES].iloc[0].tolist() == [2, 1, 2]
    assert model[segments.CENTERS].to_numpy().tolist() == [[-1, 1, 1], [1, -1, -1]]
    assert model["customers_fitted"].tolist() == [2, 2]


def test_outliers_do_not_pull_centres():
    points = [[1, 3, 8], [1, 3, 8], [5, 1, 4], [5, 1, 4]]
    with_outlier = segments.fit(customers([*points, [0, 9, 99]], outliers=[4]), 2, 0)
    pd.testing.assert_frame_equal(with_outlier, segments.fit(customers(points), 2, 0))


def test_fewer_segments_where_customers_are_alike():
    assert len(segments.fit(customers([[1, 1, 1]] * 5), 4, 0)) == 1
    assert len(segments.fit(customers([[1, 1, 1], [1, 1, 2]] * 5), 4, 0)) == 2
    assert segments.fit(customers([[1, 1, 1]], outliers=[0]), 4, 0).empty
    assert segments.fit(customers([]), 4, 0).empty


def test_a_measure_without_spread_says_nothing():
    model = segments.fit(customers([[1, 1, 8], [1, 1, 8], [1, 1, 4], [1, 1, 4]]), 2, 0)
    assert model[segments.CENTERS].to_numpy().tolist() == [[0, 0, 1], [0, 0, -1]]


def test_learning_keeps_to_one_thread_wherever_it_is_called_from():
    threads = """
        import json, threading, numpy, ml
        import scipy.linalg, sklearn.cluster
        from threadpoolctl import threadpool_info
        found = []
        def look():
            found.extend(library["num_threads"] for library in threadpool_info())
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        print(json.dumps(found))
    """
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(threads)], capture_output=True, text=True, check=True
    )
    assert set(json.loads(found.stdout)) == {1}


def assigned_by_sql(points, model):
    return duckdb.execute(
        """
        with distances as (
            select
                points.customer_id,
                model.segment_rank,
                power(log_recency - recency_center, 2) + power(log_frequency - frequency_center, 2)
                + power(log_monetary - monetary_center, 2) as squared_distance
            from points
            cross join model
        )

        select segment_rank - 1
        from distances
        qualify row_number() over (
            partition by customer_id order by squared_distance, segment_rank
        ) = 1
        order by customer_id
        """
    ).df()


@settings(max_examples=60, deadline=None)
@given(
    centers=st.lists(st.tuples(*[st.integers(-3, 3)] * 3), min_size=1, max_size=6, unique=True),
    points=st.lists(st.tuples(*[st.integers(-6, 6)] * 3), min_size=1, max_size=40),
)
def test_exact_ties_go_to_the_first_in_python_sql_and_scikit_learn(centers, points):
    # Halves of whole numbers: many points are exactly as near to two centres.
    points = customers(np.array(points) / 2)
    model = model_of(centers)
    ours = segments.assign(points, model).tolist()
    kmeans = KMeans(len(centers), init=np.array(centers, float), n_init=1, max_iter=1)
    kmeans.fit(np.array(centers, float))
    kmeans.cluster_centers_ = np.array(centers, float)
    assert ours == kmeans.predict(points[segments.FEATURES].to_numpy()).tolist()
    assert ours == assigned_by_sql(points, model).iloc[:, 0].tolist()


def test_random_points_are_assigned_alike():
    random = np.random.default_rng(7)
    points = customers(random.normal(size=(20_000, 3)))
    model = model_of(random.normal(size=(8, 3)))
    ours = segments.assign(points, model).tolist()
    assert ours == assigned_by_sql(points, model).iloc[:, 0].tolist()


@pytest.mark.parametrize("count", range(1, 11))
def test_every_segment_has_a_name_of_its_own(count):
    playbook = pd.read_csv("seeds/segment_playbook.csv")
    centers = np.random.default_rng(count).normal(size=(count, 3))
    names = segments.keys(centers, playbook)
    assert len(set(names)) == count
    assert names == segments.keys(centers, playbook)


def test_the_planted_archetypes_of_the_sample_are_recovered(sample_warehouse):
    planted = archetypes()
    found = dict(sample_warehouse.query("select customer_id, segment_key from customer_segments"))
    labels = [(archetype, found[customer_id]) for customer_id, archetype in planted.items()]
    assert adjusted_rand_score(*zip(*labels, strict=True)) >= 0.8


def test_the_generator_gives_the_bundled_sample():
    bundled = duckdb.execute("select * from 'sample/transactions.parquet'").fetchall()
    made = transactions()
    assert len(made) == len(bundled)
    assert [tuple(map(str, line[:5])) for line in made] == [
        tuple(map(str, line[:5])) for line in bundled
    ]
    assert [float(line[5] or -1) for line in made] == [float(line[5] or -1) for line in bundled]
    assert [line[6:] for line in map(tuple, made)] == [line[6:] for line in bundled]
