"""A day planned with longer or shorter visits than nominal, so that its replay costs least: which quantile of the real minutes
to plan with. The day search proposes the plans, the replay of `core.scheduling.replay` judges them, on the same days drawn by
`chance`.
"""
