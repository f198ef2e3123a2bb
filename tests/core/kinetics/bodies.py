"""Bodies and doses to try the formulas on."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from chairside.core.kinetics.disposition import Disposition, Input


def between(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


ONE = st.builds(
    Disposition,
    clearance=between(0.05, 20),
    central=between(1, 60),
    absorption=between(0.05, 30),
    bioavailability=between(0.05, 1),
)
TWO = st.builds(
    lambda body, flow, volume: replace(body, exchange=flow, peripheral=volume), ONE, between(0.02, 20), between(0.5, 60)
)
BODIES = st.one_of(ONE, TWO)
BY_VEIN = st.builds(Input, amount=between(1, 2000), at=between(0, 20), over=st.one_of(st.just(0.0), between(0.01, 2)))
ABSORBED = st.builds(Input, amount=between(1, 2000), at=between(0, 20), absorbed=st.just(True))
DOSES = st.lists(st.one_of(BY_VEIN, ABSORBED), min_size=1, max_size=4)
TIMES = between(0, 60)
