"""Exact Chinese full-text search over government work reports.

The write path turns files into an index. The read path turns what a person typed into hits::

            write path (indexing.py, pipeline.py)
    seeds/ ─ sources ─ extract ─ cleaning ─ structure ─ language ─ engine ─ index/
             SourceFile RawText  CleanText  Report      tokens
                                            Passage
            read path (search/)
    typed text ─ query ─────────── search ─────────────────────── engine ─ Results
    cli | web | mcp ◀─ search, suggest

The nouns (`report`, `text`) import nothing else of the project. A stage turns one noun into the next and does not know
the other stages. Only the conductors (`indexing`, `pipeline`, `search`) know the order. The faces (`cli`, `web`,
`mcp`, `library`) call the conductors. They may also import the nouns, `query`, `store`, `suggest` and `citation`, and
of the stages only the names of fixes, the indexed folders and the check of consistency. ARCHITECTURE.md walks through
it.

For programs, this package is a library: the names in `__all__` are those of `library`. docs/programs.md has examples.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:  # a program that starts the shell imports this module too, and need not wait for the library
    from deqing_search.library import (
        Checked,
        Coverage,
        DeqingError,
        Filters,
        Finding,
        Hit,
        Index,
        IndexFault,
        IndexMissing,
        Panel,
        Passage,
        Report,
        ReportCard,
        Results,
        Trend,
        UsageError,
        filters,
        open_index,
    )

__all__ = [
    "Checked",
    "Coverage",
    "DeqingError",
    "Filters",
    "Finding",
    "Hit",
    "Index",
    "IndexFault",
    "IndexMissing",
    "Panel",
    "Passage",
    "Report",
    "ReportCard",
    "Results",
    "Trend",
    "UsageError",
    "__version__",
    "filters",
    "open_index",
]


def __getattr__(name: str) -> object:
    """A name of `library`, which is imported when the first of them is used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from deqing_search import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
