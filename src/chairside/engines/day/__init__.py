"""The whole day by ruin and recreate: some visits are taken out and put back where they cost least; a worse day is kept now
and then, ever less often (simulated annealing).

`build` turns an instance into a `question` of arrays on the day's own grid; `state` is what is taken of it, `placing` the
only hand on that, `insertion` the best place of one visit, `ruin` what is taken out, `anneal` the loop. They are compiled
(`compiled` says how the same code runs without a compiler). `search` starts them on all cores, and `decode` makes the
answer a schedule. What is called for each visit is handed its arrays by name: handing over the whole question costs more
than most steps do.
"""
