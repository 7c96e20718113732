"""The words of a snapshot, for views that suggestions can be made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from deqing_search.engine.evaluation.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class SnapshotLexicon:
    """The part of `engine.base.SuggestionView` that is read from a snapshot of the whole index."""

    def _whole(self) -> Snapshot:
        """All passages of the view."""
        raise NotImplementedError

    def vocabulary(self) -> Mapping[str, int]:
        return self._whole().vocabulary()

    def headings(self) -> Mapping[str, int]:
        return self._whole().headings()

    def defined(self) -> Collection[str]:
        return self._whole().defined()

    def holding(self, terms: Collection[str]) -> Mapping[str, int]:
        return self._whole().holding(terms)

    def phrases(self, least: int, without: Collection[str]) -> Mapping[str, int]:
        return self._whole().phrases(least, without)

    def holding_phrases(self, phrases: Collection[str], without: Collection[str]) -> Mapping[str, int]:
        return self._whole().holding_phrases(phrases, without)

    def sentences_of(
        self, texts: Sequence[str], without: Collection[str]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        return self._whole().sentences_of(texts, without)
