"""Exact Chinese full-text search over government work reports.

The write path turns files into an index. The read path turns what a person typed into hits::

            write path (indexing.py, pipeline.py)
    seeds/ ─ sources ─ extract ─ cleaning ─ structure ─ language ─ engine ─ index/
             SourceFile RawText  CleanText  Report      tokens
                                            Passage
            read path (search/)
    typed text ─ query ─────────── search ─────────────────────── engine ─ Results
    cli | web ◀─ search, suggest

The nouns (`report`, `text`) import nothing else of the project. A stage turns one noun into the next and does not know
the other stages. Only the conductors (`indexing`, `pipeline`, `search`) know the order. The faces (`cli`, `web`) call
the conductors. They may also import the nouns, `query`, `store`, `suggest` and `citation`, and of the stages only the
names of fixes, the indexed folders and the check of consistency. ARCHITECTURE.md walks through it.
"""

__version__ = "0.1.0"
