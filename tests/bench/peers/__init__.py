"""Other people's solvers on a day instance, each in a process of its own: `python -m tests.bench.peers.NAME` takes the
question as JSON on its standard input and prints its schedule, or null. Only the solver's own library is needed.

`grid` turns minutes to slots and a solver's choice to a schedule, `told` is the way in and out.
"""
