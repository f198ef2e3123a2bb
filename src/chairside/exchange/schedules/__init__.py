"""Scheduling files: a day, its schedule, a booking or repair question, a plan of doses. JSON, or gzip where a name ends in .gz.

Unknown keys are allowed and change nothing. What cannot be used is a `FileProblem` of one line that names the field.
"""
