"""The guards of live commands, one file a stage: arrival, readiness, giving, leaving.

A guard returns every reason that speaks against a command now, never only the first. The `standing_…` functions judge what does
not depend on what the person typed, so that the screen can say beforehand why something is not possible; `decide` adds the
rest.
"""
