"""The whole day by ruin and recreate: some visits are taken out and put back where they cost least; a worse day is kept now
and then, ever less often (simulated annealing).

`build` turns an instance into a `question` of arrays on the day's own grid; `state` is what is taken of it, held in `marks`
(sets of slots) and `counts` (numbers of slots), 64 slots a word; `placing` is the only hand on it, `insertion` the best place
of one visit, `ruin` what is taken out, `anneal` the loop. They are compiled (`compiled` says how the same code runs without a
compiler). `search` starts them on all cores, and `decode` makes the answer a schedule.
"""
