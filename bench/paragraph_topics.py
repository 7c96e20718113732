"""Finds the topics by which cleaning tells whether the sentences on both sides of a line end are about the same.

    python bench/paragraph_topics.py FOLDER [--part K/N] > deqing_search/data/paragraph_topics.tsv

Pairs of characters that stand in the same paragraphs of the cleaned reports of a folder make a topic: the paragraphs
are reduced to a few dimensions by a singular value decomposition, in which the pairs are clustered by k-means.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.paragraphs import parser_of, prose_of

_LEAST_PARAGRAPHS, _MOST = 60, 0.08  # paragraphs of a pair; share of them
_SHORTEST = 40  # characters of a paragraph
_DIMENSIONS, _TOPICS = 60, 64
_TURNS, _ROUNDS, _AT_ONCE = 4, 40, 2000
_PAIR = re.compile("(?=([\u4e00-\u9fff]{2}))")
Matrix = NDArray[np.float32]


def main() -> None:
    options = parser_of(__doc__).parse_args()
    reports = list(prose_of(options.folder, options.part))
    paragraphs = [set(_PAIR.findall(line)) for report in reports for line in report if len(line) > _SHORTEST]
    often = Counter(pair for pairs in paragraphs for pair in pairs)
    pairs = sorted(pair for pair, times in often.items() if _LEAST_PARAGRAPHS <= times < _MOST * len(paragraphs))
    weights = np.log(len(paragraphs) / np.array([often[pair] for pair in pairs], np.float32))
    places = {pair: place for place, pair in enumerate(pairs)}
    rows = [np.array([places[pair] for pair in each if pair in places], np.int64) for each in paragraphs]
    topics = clustered(directions(rows, weights) * weights[:, None])
    print(f"# A row is a topic: pairs of characters that stand in the same paragraphs of {len(reports)} reports, by")
    print("# bench/paragraph_topics.py.")
    for topic in range(_TOPICS):
        print(" ".join(pair for pair, its in zip(pairs, topics, strict=True) if its == topic))


def directions(rows: list[NDArray[np.int64]], weights: Matrix) -> Matrix:
    """The pairs in the few dimensions that tell most of the paragraphs, by subspace iteration."""
    found = np.random.default_rng(0).standard_normal((len(weights), _DIMENSIONS)).astype(np.float32)
    for _ in range(_TURNS):
        image = np.zeros_like(found)
        for block in _blocks(rows, weights):
            image += block.T @ (block @ found)
        found, _ = np.linalg.qr(image)
    turned = np.linalg.svd(sum_of_squares(rows, weights, found))
    return found @ turned[0] / np.sqrt(np.sqrt(turned[1]))  # type: ignore[no-any-return]


def sum_of_squares(rows: list[NDArray[np.int64]], weights: Matrix, found: Matrix) -> Matrix:
    """How the paragraphs lie in these dimensions."""
    images = (block @ found for block in _blocks(rows, weights))
    return sum((image.T @ image for image in images), np.zeros((found.shape[1],) * 2, np.float32))


def _blocks(rows: list[NDArray[np.int64]], weights: Matrix) -> Iterator[Matrix]:
    """Paragraphs by pairs, some at a time."""
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        block = np.zeros((len(some), len(weights)), np.float32)
        for row, places in zip(block, some, strict=True):
            row[places] = weights[places]
        yield block


def clustered(points: Matrix) -> NDArray[np.int64]:
    """The cluster of each point, by the angle between them."""
    points = points / np.linalg.norm(points, axis=1, keepdims=True)
    chance = np.random.default_rng(0)
    centers = points[:1]
    for _ in range(_TOPICS - 1):  # the next center is far from all others
        far = np.maximum(1 - (points @ centers.T).max(axis=1), 0) ** 2
        centers = np.vstack([centers, points[chance.choice(len(points), p=far / far.sum())]])
    for _ in range(_ROUNDS):
        nearest: NDArray[np.int64] = (points @ centers.T).argmax(axis=1)
        for topic in range(_TOPICS):
            if (nearest == topic).any():
                centers[topic] = points[nearest == topic].mean(axis=0)
        centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    return nearest


if __name__ == "__main__":
    main()
