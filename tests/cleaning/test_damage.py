"""Damage that is sown into clean reports is repaired, class by class, and never less well than before."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from deqing_search.cleaning.cleaner import clean
from deqing_search.cleaning.fixes import FIXES
from tests.damage import CLASSES, clean_reports, damaged, scored

HERE = Path(__file__).parents[1]
FLOORS = json.loads((HERE / "cases" / "damage_floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def seeds() -> list[list[str]]:
    return list(clean_reports(HERE.parent / "seeds", 5, seed=1))


@pytest.fixture(scope="module")
def corpus() -> list[list[str]]:
    """A few reports of the measuring corpus, which is no part of the project."""
    place = os.environ.get("DEQING_CORPUS")
    if not place:
        pytest.skip("DEQING_CORPUS names no folder with the corpus of city reports")
    return list(clean_reports(Path(place), 12, seed=2))


def test_every_class_of_damage_has_its_floors() -> None:
    assert set(FLOORS) == {"seeds", "corpus"}
    assert all(set(floors) == set(CLASSES) for floors in FLOORS.values())


def test_every_fix_repairs_some_class(seeds: list[list[str]]) -> None:
    texts = [raw for damage in CLASSES.values() for _, raw in damaged(damage, seeds, seed=1)]
    at_work = {stage.fix for raw in texts for stage in clean(raw).stages}
    assert {fix.name for fix in FIXES} <= at_work


@pytest.mark.parametrize("name", CLASSES)
def test_the_seeds_come_back_from_damage(seeds: list[list[str]], name: str) -> None:
    score, floor = scored(CLASSES[name], seeds, seed=1), FLOORS["seeds"][name]
    assert score.f1 >= floor["f1"]
    assert score.error <= floor["error"]


@pytest.mark.parametrize("name", CLASSES)
def test_the_corpus_comes_back_from_damage(corpus: list[list[str]], name: str) -> None:
    score, floor = scored(CLASSES[name], corpus, seed=2), FLOORS["corpus"][name]
    assert score.f1 >= floor["f1"]
    assert score.error <= floor["error"]
