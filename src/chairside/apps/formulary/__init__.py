"""Released therapy protocols as immutable rows, and the pages that show every number with its source."""
