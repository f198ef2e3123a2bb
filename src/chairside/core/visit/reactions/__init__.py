"""Reactions: grades, criteria, what to do, and whether a drug may start again."""
