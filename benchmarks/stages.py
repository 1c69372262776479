"""Where the time of a build goes, stage by stage."""

import json
from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path

STAGES = {
    "read, verdicts": [
        "segmentation-on-run-start-0",
        "stg_currency_rates",
        "stg_transactions",
        "stg_transactions__known",
        "stg_transactions__numbered",
        "stg_transactions__typed",
        "int_lines__checked",
        "int_log_bounds",
        "int_log_days",
        "int_products__services",
        "source_lines",
        "build_info",
        "copies",
        "services",
    ],
    "ledger, orders": [
        "int_orders__given_back",
        "int_returns__matches",
        "int_returns__nearest_steps",
        "int_returns__pairs",
        "int_returns__piles",
        "int_returns__unmatched",
        "returns",
        "order_lines",
        "orders",
        "steps",
        "matches",
    ],
    "RFM": [
        "int_customers__rfm",
        "int_customers__seen",
        "int_customers__totals",
        "customer_rfm",
        "rfm_cut_points",
    ],
    "history": [
        "int_customers__changes",
        "int_customers__features",
        "int_customers__features_at_fits",
        "int_customers__orders_returned_later",
        "int_customers__rfm_history",
        "int_orders__snapshots",
        "int_snapshots",
    ],
    "fit": ["int_segments__fitted", "int_snapshots__models", "segment_models"],
    "score": [
        "customer_segments",
        "int_customers__assigned",
        "int_customers__nearest_segments",
        "int_customers__scored",
        "segments",
    ],
}
STAGE_OF = {model: stage for stage, models in STAGES.items() for model in models}
PUBLISH = "publish, close"
FOLDERS = {
    "history": "steps between segments",
    "segments": "steps between segments",
    "evaluation": "evidence",
    "interests": "interests",
    "predictions": "predictions",
    "exploration": "exploration",
}


def summed_to_stages(seconds):
    """Sum seconds by table to seconds by stage."""
    stages = dict.fromkeys(STAGES, 0.0)
    for table, took in seconds.items():
        if table in STAGE_OF:
            stages[STAGE_OF[table]] += took
    return stages


def seconds_by_stage(target, usage):
    """Seconds of a dbt run by stage; together they are the wall time of its process.

    What ran side by side shares the time. Before the first node dbt starts; after the last one
    the build is published and the files closed (Parquet was written as each mart was made).

    Parameters
    ----------
    target : path
        Folder with dbt's `run_results.json` and `manifest.json`.
    usage : Usage
        Of dbt's process.

    Returns
    -------
    dict
        Seconds by stage.
    """
    nodes = json.loads(Path(target, "manifest.json").read_text())["nodes"]
    spans = []
    for result in json.loads(Path(target, "run_results.json").read_text())["results"]:
        if result["timing"]:
            stage = _stage(result["unique_id"], nodes.get(result["unique_id"]))
            spans.append((_first(result["timing"]), _last(result["timing"]), stage))
    begin, end = usage.started_at, usage.started_at + usage.seconds
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    shares = _shared(spans)
    published = shares.pop(PUBLISH, 0) + end - last
    starts = {"dbt's start": first - begin}
    return starts | dict.fromkeys(STAGES, 0.0) | shares | {PUBLISH: published}


def _stage(unique_id, node):
    kind, _, name, *_ = unique_id.split(".")
    if kind == "test":
        return "tests"
    if name == "segmentation-on-run-end-0":
        return PUBLISH
    folder = node["fqn"][-2] if node else ""
    return STAGE_OF.get(name) or FOLDERS.get(folder, "the rest")


def _first(timing):
    return min(datetime.fromisoformat(step["started_at"]).timestamp() for step in timing)


def _last(timing):
    return max(datetime.fromisoformat(step["completed_at"]).timestamp() for step in timing)


def _shared(spans):
    """Give each moment to the spans it falls into, in equal parts; idle moments to dbt.

    >>> _shared([(0, 4, "a"), (2, 6, "b"), (7, 8, "a")])
    {'a': 4.0, 'b': 3.0, "between dbt's nodes": 1.0}
    """
    times = sorted({time for begin, end, _ in spans for time in (begin, end)})
    shares = defaultdict(float)
    for begin, end in pairwise(times):
        running = [stage for first, last, stage in spans if first <= begin and end <= last]
        for stage in running or ["between dbt's nodes"]:
            shares[stage] += (end - begin) / max(1, len(running))
    return dict(shares)
