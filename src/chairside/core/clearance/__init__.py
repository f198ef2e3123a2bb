"""Clearance: is it safe to give this dose on that day, and what is still missing? Pure, on plain values.

evaluate.evaluate() judges one dose for one day, ahead of time or on the day. `as_of` is the day of asking: what is not known by
then is due while there is still time, and holds on the day.
"""
