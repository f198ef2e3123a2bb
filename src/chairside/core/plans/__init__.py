"""Plans: which dose, how much, on which day. Everything here is a pure function of a protocol and plain values.

dosing    dose(): the amount with its working, its limits, the comparison with an order, vials, bag and billing units
          amount, tables, formulas, other_product compute the rules; weighing says by which weight; limits, adjusting, finishing
          and order hold it to its limits, reductions, rounding and order; extras adds test dose, pump and whole course
schedule  planned(), next_dose(), judge_date(): target dates and windows; targets walks the course, late and events bend it
course_plan   plan_course(): the next dose, the doses of the course, and whether a requested day will do
combined  plan_doses(): protocols given together, each dose by its own protocol
weight    judge(), slips(): does the dosing weight of record still stand, and can it be right
vials     choose(): least waste, then fewest vials
May not know a site, a database or a clock.
"""
