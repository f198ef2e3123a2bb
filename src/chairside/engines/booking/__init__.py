"""Exact best insertion: the best places for one more visit in a day whose every other part stays as it is.

`standing.Standing` holds the day as bit masks, built once and asked often; `insertion.book` is the way in, and
`center_day.earliest` that for a center's own appointments. Plain Python
integers, one bit a minute: this runs in the web process, so no solver and no compiled code is imported here.
"""
