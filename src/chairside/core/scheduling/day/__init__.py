"""A whole day of a center as plain numbers: visits, chairs, nurses, hoods, the ten hard rules and the price of a schedule.

`instance` is the question, `schedule` an answer. `rules` judges an answer and shares no code with any engine; `objective`
prices it; `explaining` says in words why a request finds no place. Of a day that has begun, `repairing` finds the facts,
`repair_rules` judges a repair and `repair_changes` tells what it changes. Times are integer minutes from the day's
origin; intervals are half open. No engine and no database is known here.
"""
