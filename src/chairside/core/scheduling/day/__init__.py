"""A whole day of a center as plain numbers: visits, chairs, nurses, hoods, the ten hard rules and the price of a schedule.

`instance` is the question, `schedule` an answer. `rules` judges an answer and shares no code with any engine; `objective`
prices it. Times are integer minutes from the day's origin; intervals are half open. No engine and no database is known here.
"""
