"""Public instances of regimens to days and nurses (SCP, by the author of jason01302003/ChemoTherapyScheduling).

python -m tests.bench.public_instances FILE… [--seconds 60] [--seed 1]

Each patient has a regimen of 28 days, of which some are treatment days, and starts it on one of 40; each treatment day has
five tasks in a row, of which the nurse does the first, third and fifth. Wanted is the smallest largest number of patients on
one day. `regimens` reads a file, `days` bounds the largest day by the days alone, `packing` puts a day's patients to nurses,
`search` looks for start days, and `judging` judges what it finds and shares no code with them.
"""
