"""Chairs, nurses, appointments that cannot collide."""
