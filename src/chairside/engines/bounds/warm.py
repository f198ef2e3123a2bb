"""`python -m chairside.engines.bounds.warm`: compile the search for nurses' days before somebody waits for it."""

import numpy as np

from chairside.engines.bounds.nurse_day import NEVER, Choices, best_day

_ONE, _TWO = np.ones(1, dtype=np.int64), np.array([0, 1], dtype=np.int64)

if __name__ == "__main__":
    best_day(Choices(_TWO, _ONE * 0, _ONE, _ONE, _ONE, _ONE.reshape(1, 1), _ONE * NEVER, _ONE, 1, 1), _ONE, _ONE, 1, NEVER)
