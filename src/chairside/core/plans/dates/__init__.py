"""The days of a course: targets and windows, late doses, extra doses, choices, and the phase that a dose belongs to."""
