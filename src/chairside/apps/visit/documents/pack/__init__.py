"""The downtime pack: what the floor works from when the system is down. It reads and prints; it writes no record."""
