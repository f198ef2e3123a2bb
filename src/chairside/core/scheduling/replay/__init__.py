"""A day replayed with the minutes that visits really take: who waits, who stays late, what it costs on average.

`durations` says how long visits really are, `lengths` what a visit of other minutes looks like, `drawing` draws days by
chance, `floor` plays one, `outcome` plays many and takes the figures. Chance comes from a seed: the same seed draws the same
days whatever schedule is played, so that two schedules are compared on the same days. Nothing here searches.

It is plain Python in the core and no engine: it proposes nothing, and a thousand days of 120 visits take seconds.
"""
