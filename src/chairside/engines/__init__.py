"""Solvers that propose: days for doses, places for visits. Every answer is judged by the rules of `core.scheduling`, which
share no code with them. They take and give the plain numbers of the core, and know no file, no database and no page.
"""
