"""Kinetics: how much of a drug is in the blood over time, by published averages. It draws and teaches; it never doses.

schema        what a record of published values holds, with a source for each
disposition   the values of one record as plain numbers, scaled to another person where the record says how
closed        the level by formula: one and two compartments, doses added up
integrate     the same by small steps, where elimination saturates and no formula exists
curve         which of the two a record needs
measures      peak, trough, area, half-life, accumulation
course        the doses of a protocol as a schedule: plateau, and the level when a dose is late
checks        is what the values give what was published?

Numbers come in as exact decimals with their units; inside, binary floats are used: nothing here decides about a person.
"""
