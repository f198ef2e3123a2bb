"""Plans: which dose, how much, on which day. Everything here is a pure function of a protocol and plain values.

dosing    dose(): the amount with its working, its limits, the comparison with an order, vials, bag and billing units
schedule  planned(), next_dose(), judge_date(): target dates and windows
weight    judge(): does the dosing weight of record still stand
vials     choose(): least waste, then fewest vials
May not know a site, a database or a clock.
"""
