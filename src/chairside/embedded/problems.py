"""What the private database says when it cannot go on."""


class ClusterProblem(Exception):
    """One plain sentence for the person at the keyboard: what is wrong, and what to do."""
