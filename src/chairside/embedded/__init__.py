"""The private PostgreSQL's life: where it lives, who runs it, start, attach, recover, stop.

For the demo and the tests only; production names its own server. Nothing here knows Chairside's tables, and this package
imports nothing else of chairside.
"""

from chairside.embedded.cluster import Cluster, StopMode
from chairside.embedded.passwords import Role
from chairside.embedded.paths import SOCKET_MARKER, default_data_dir
from chairside.embedded.problems import ClusterProblem

__all__ = ["SOCKET_MARKER", "Cluster", "ClusterProblem", "Role", "StopMode", "default_data_dir"]
