"""`python -m chairside.engines.day.warm`: compile the search before somebody waits for it; at once when that was done."""

from chairside.core.scheduling.day.instance import Break, Chair, DayInstance, Drug, Nurse, Pharmacy, Visit, Weights
from chairside.engines.day.search import Effort, search

_DRUG = Drug(prep=5, release=0, need_offset=5, infusion_end_offset=10, stability=60)
_VISIT = Visit("visit", 0, 30, False, (0, 30), ("recliner",), "general", 1, 15, ((0, 5),), _DRUG, 1)
_DAY = DayInstance(
    "warm",
    0,
    60,
    60,
    Weights(600, 1, 1, 3, 20, 1),
    (Chair("chair", "recliner"),),
    (Nurse("nurse", (0, 60), 4, ("general",), Break(5, (30, 60))),),
    Pharmacy(1, (0, 60)),
    (_VISIT,),
)

if __name__ == "__main__":
    found = search(_DAY, Effort(iterations=1, cores=1))
    search(_DAY, Effort(iterations=1, cores=1), start=found)
