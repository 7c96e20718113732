"""Exact Chinese full-text search over government work reports.

The write path turns files into an index, the read path turns what a person typed into hits::

            write path (indexing.py)
    seeds/ ─ sources ─ extract ─ clean ─ structure ─ analysis ─ engine ─ index/
             SourceFile  RawText  CleanText  Report    tokens
                                             Passage
            read path (search.py)
    typed text ─ query ──────── Query ─────────────── engine ─ Hit
    cli | web ◀─ Results ◀─ snippet ◀────────────────────┘

Nouns (`report`, `offsets`) know nothing. A stage turns one noun into the next and does not know its
neighbours. Only the two conductors (`indexing`, `search`) know the order. The faces (`cli`, `web`) know
only the conductors.
"""

__version__ = "0.1.0"
