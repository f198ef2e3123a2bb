"""The whole day by ruin and recreate: some visits are taken out, and put back where they cost least; worse days are kept now and
then, ever less often (simulated annealing).

`question` is the day as arrays on its own grid, `state` what is taken of it, `placing` the only hand on the state, `insertion`
the best place of one visit, `ruin` what is taken out, `anneal` the loop. These are compiled; `search` starts them, and `decode`
makes the answer a schedule. `compiled` says how the same code runs without a compiler.
"""
