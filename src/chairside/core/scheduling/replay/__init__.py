"""A day replayed with the minutes that visits really take: who waits, who stays late, what it costs on average.

`durations` says how long visits really are, `lengths` what a visit of other minutes looks like, `drawing` draws days by
chance, `floor` plays one, `outcome` plays many and takes the figures. Days are drawn without a look at the schedule, so that
two schedules are compared on the same days.

It is plain Python in the core and no engine: it judges and proposes nothing, and a thousand days of 120 visits take seconds.
The dice and the search are in `engines.robust`.
"""
