"""A small index with related words; a usual index has none below 4,000 passages."""

from __future__ import annotations

from pathlib import Path

from deqing_search.indexing import open_index, rebuild
from deqing_search.suggest.completion import NAME as SUGGESTIONS
from deqing_search.suggest.completion import Suggestions, open_suggestions
from deqing_search.suggest.related import NAME, Sizes, write_related

SIZES = Sizes(passages=20, rarest={"phrase": 3}, least=3, contexts=30, widest=0.9, dimensions=4)
HEALTH = ["群众看病更加方便，医院药品价格下降", "医院医生增加，群众就医方便", "药品和医生进入社区，看病就医便利"]
ROADS = ["公路桥梁建成通车，隧道开工", "高速公路隧道贯通，桥梁通车", "桥梁和隧道改造，公路畅通"]


def indexed(folder: Path) -> Path:
    """The index of six reports on health and roads, in `folder`."""
    (folder / "reports").mkdir()
    for number in range(6):
        paragraphs = [f"{text}，第{number}{at}项。" for at, text in enumerate([*HEALTH, *ROADS] * 2)]
        (folder / "reports" / f"{number}.txt").write_text("政府工作报告\n\n" + "\n\n".join(paragraphs), "utf-8")
    rebuild(folder / "index", [folder / "reports"])
    return folder / "index"


def write(index: Path, sizes: Sizes) -> Path:
    """The file of related words, written beside the index."""
    view = open_index(index).view()
    written: Path = view.beside(NAME)
    written.unlink(missing_ok=True)
    write_related(view, words(index).words(), written, sizes=sizes)
    return written


def words(index: Path) -> Suggestions:
    """The words that the index can complete."""
    known = open_suggestions(open_index(index).view().beside(SUGGESTIONS))
    assert known is not None
    return known
