"""Doses to days: a plan-by-plan start, exact prices of the days, and a time-indexed program solved by HiGHS.

`solve.solve` is the way in. `chains` finds the cheapest days of one treatment plan; `prices` makes of day prices a bound that
holds for every answer, in whole numbers, whatever the tolerance of the solver they come from; `program` is the solver's text.
"""
