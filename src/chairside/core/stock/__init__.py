"""Stock: the append-only ledger of lots, what may be drawn from it, and how long a preparation may be used.

A balance is a fold over entries. Expired, quarantined or insufficient stock is refused. Nothing here knows a drug by name.
"""
