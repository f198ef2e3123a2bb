"""Which dose on which day of the coming weeks, as plain numbers: windows, gaps within a plan, minutes of chairs and nurses.

`instance` is the question, `answer` an answer. `rules` judges an answer and shares no code with any engine; `objective`
prices it. `allowed_days` makes the list of days of one dose from what is known of the patient. Days are numbered from 0.
"""
