"""Segments over time: when a refit replaces the model in force, and which keys live on."""

import numpy as np
import pandas as pd

from ml import segments

# Resamples of the same customers that an accepted refit is refitted on, to see what chance does.
RESAMPLES = 10

# Decimals of errors, so that where each customer has a centre the error of rounded centres is zero.
DIGITS = 9

COLUMNS = [
    "fitted_on", "segment_key", "event", "is_accepted", *segments.MODEL_COLUMNS,
    "match_distance", "error_in_force", "error_refit", "drift", "share_moved_raw",
    "share_moved_matched", "share_moved_frozen", "share_moved_by_chance",
]  # fmt: skip


def fit_history(features, playbook, settings):
    """Fit at every fit date, and keep the model in force unless the refit is clearly better.

    The model in force and the refit are compared by their within-segment error: the mean squared
    distance of the customers to the centre that the model assigns them to, in the refit's standard
    deviations. The refit is accepted where the model in force has an error that is larger by more
    than `refit_gain`. Old and new centres are paired so that they lie nearest in sum, and a key
    stays with its centre unless the playbook describes another one clearly better (`key_loyalty`,
    see `ml.segments.keys`).

    Parameters
    ----------
    features : pandas.DataFrame
        `snapshot_date`, `customer_id`, the features of `ml.segments`, `is_outlier` and `is_start`
        of all fit dates, ordered by date and customer.
    playbook : pandas.DataFrame
        As for `ml.segments.keys`.
    settings : dict
        `segment_count`, `random_seed`, `refit_gain` (share) and `key_loyalty` (squared standard
        deviations).

    Returns
    -------
    pandas.DataFrame, one row per fit date and segment
        The model of `ml.segments.fit`, and

        - `event`: `new`, `kept`, or `retired` (a key in force that the refit has no centre for);
        - `match_distance` of a kept key: how far its centre moved, in standard deviations;
        - `error_in_force`, `error_refit`, and `drift`, the largest shift of a feature's mean in
          standard deviations of the model in force; empty for the first fit;
        - shares of the customers who change: `share_moved_raw` (in k-means' own numbers),
          `share_moved_matched` (in keys), `share_moved_frozen` (since the fit before, under the
          model in force), `share_moved_by_chance` (in keys, refitted on resamples; mean).
    """
    versions, in_force, before = [], None, None
    for fitted_on, customers in features.groupby("snapshot_date", sort=True):
        refit = segments.fit(customers, settings["segment_count"], settings["random_seed"])
        if refit.empty:
            continue
        if in_force is None:
            keys = segments.keys(refit[segments.CENTERS].to_numpy(), playbook)
            version = refit.assign(segment_key=keys, event="new", is_accepted=True)
        else:
            version = _compared(refit, in_force, customers, before, playbook, settings)
        version["fitted_on"] = fitted_on
        if version["is_accepted"].all():
            in_force = version[version["event"] != "retired"]
            version["share_moved_by_chance"] = _share_moved_by_chance(refit, customers, settings)
        versions.append(version.reindex(columns=COLUMNS))
        before = customers
    return pd.concat(versions, ignore_index=True) if versions else pd.DataFrame(columns=COLUMNS)


def _compared(refit, in_force, customers, before, playbook, settings):
    """Give a refit its keys and all that tells whether it is worth a change."""
    old_centers = segments.centers_in(in_force, refit)
    new_centers = refit[segments.CENTERS].to_numpy()
    old_rows, new_rows = segments.assign(customers, in_force), segments.assign(customers, refit)
    points = segments.standardised(customers, refit)
    error_in_force, error_refit = (
        round(((points - centers) ** 2).sum(axis=1).mean(), DIGITS)
        for centers in (old_centers[old_rows], new_centers[new_rows])
    )

    old_keys = in_force["segment_key"].to_numpy()
    partners = {
        row: old_keys[partner]
        for row, (partner, _) in segments.matched(old_centers, new_centers).items()
    }
    keys = np.array(segments.keys(new_centers, playbook, partners, settings["key_loyalty"]))
    distances = {
        key: np.linalg.norm(old_centers[old_keys == key][0] - new_centers[keys == key][0])
        for key in keys[np.isin(keys, old_keys)]
    }
    shifts = refit[segments.MEANS].iloc[0] - in_force[segments.MEANS].iloc[0]
    version = refit.assign(
        segment_key=keys,
        event=["kept" if key in distances else "new" for key in keys],
        match_distance=[distances.get(key) for key in keys],
    )
    retired = pd.DataFrame({"segment_key": sorted(set(old_keys) - set(keys)), "event": "retired"})
    return pd.concat([version, retired] if len(retired) else [version]).assign(
        is_accepted=error_in_force > (1 + settings["refit_gain"]) * error_refit,
        error_in_force=error_in_force,
        error_refit=error_refit,
        drift=np.abs(shifts.to_numpy() / in_force[segments.SCALES].iloc[0].to_numpy()).max(),
        share_moved_raw=np.mean(
            in_force["cluster"].to_numpy()[old_rows] != refit["cluster"].to_numpy()[new_rows]
        ),
        share_moved_matched=np.mean(old_keys[old_rows] != keys[new_rows]),
        share_moved_frozen=_share_moved_frozen(customers, before, in_force),
    )


def _share_moved_frozen(customers, before, in_force):
    """Share of the customers of two dates who changed segment under one model."""
    rows = [
        pd.Series(segments.assign(known, in_force), index=known["customer_id"])
        for known in (before, customers)
    ]
    then, now = rows[0].align(rows[1], join="inner")
    return np.mean(then != now)


def _share_moved_by_chance(refit, customers, settings):
    """Mean share of the customers who get another key when the date is fitted on resamples."""
    random = np.random.default_rng(settings["random_seed"])
    rows, shares = segments.assign(customers, refit), []
    for _ in range(RESAMPLES):
        drawn = customers.iloc[random.integers(len(customers), size=len(customers))]
        again = segments.fit(drawn, len(refit), settings["random_seed"])
        pairs = segments.matched(
            refit[segments.CENTERS].to_numpy(), segments.centers_in(again, refit)
        )
        partners = np.array([pairs.get(row, (-1,))[0] for row in range(len(again))])
        shares.append(np.mean(partners[segments.assign(customers, again)] != rows))
    return np.mean(shares)
