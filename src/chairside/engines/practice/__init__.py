"""The rules by which centers fill a day without a solver, to measure every other engine by.

`rules` has the four of them; `filling` gives breaks and fixed visits their place, and then one visit after another, by exact
insertion. A visit that finds no place is left out: nothing is moved for it.
"""
