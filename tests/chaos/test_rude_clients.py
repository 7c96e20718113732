"""While clients behave badly, a good client is answered as before. Figures are printed: `pytest -s`.

The seed is printed. `DEQING_CHAOS_INDEX` names a larger index than the one that is made of the seeds.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deqing_search import indexing
from tests.chaos import rude
from tests.chaos.seeds import random_numbers
from tests.site import SEEDS
from tests.web.test_server import Site, serving

COPIES = 30  # of the five seeds, so that common characters take time
Kind = Callable[[rude.Attack, int], None]
SECONDS = 6.0
MOST = 0.5  # seconds that a good client may wait, besides what it waits when all is calm
ATTACKS = {
    rude.costly: 8,
    rude.costly_from_everywhere: 8,
    rude.silent: 4,
    rude.slow_headers: 4,
    rude.slow_bodies: 4,
    rude.large_bodies: 2,
    rude.broken_headers: 4,
    rude.sources: 8,
    rude.research: 8,
    rude.uploads: 4,
    rude.files: 8,
}  # and how many clients


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where the site puts temporary files."""
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def site(spool: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("rude")
    index = Path(os.environ.get("DEQING_CHAOS_INDEX", "")) if "DEQING_CHAOS_INDEX" in os.environ else folder / "index"
    if not index.exists():
        for number in range(COPIES):
            shutil.copytree(SEEDS, folder / "copies" / str(number))
        indexing.update(index, [folder / "copies"])
    with serving(index, TMPDIR=str(spool)) as running:
        yield running


@pytest.fixture(scope="module")
def calm(site: Site) -> rude.Experience:
    """What the good client experiences when nobody attacks."""
    rude.good_client(site.port, seconds=2, seed=0)  # so that its pages are remembered
    found = rude.good_client(site.port, seconds=SECONDS, seed=1)
    print(f"\ncalm: {found}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_good_client_is_answered_as_before_while_others_attack(
    site: Site, spool: Path, calm: rude.Experience, attack: Kind
) -> None:
    found = attacked(site, attack, SECONDS)
    assert size_of(spool) < 64 << 20
    assert len(found.took) > 20
    assert found.quantile(0.99) < calm.quantile(0.99) + MOST


@pytest.mark.bounded
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_good_client_is_answered_while_others_attack(site: Site, spool: Path, attack: Kind) -> None:
    """How long it waits is not asked: other tests may run beside this one."""
    assert attacked(site, attack, 1.5).took
    assert size_of(spool) < 64 << 20


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def attacked(site: Site, attack: Kind, seconds: float) -> rude.Experience:
    """What a good client experiences during an attack; each of its requests is answered with 200."""
    drawn = random_numbers().randrange(1 << 32)
    with rude.attacking(attack, site.port, clients=ATTACKS[attack], seed=drawn) as running:
        found = rude.good_client(site.port, seconds=seconds, seed=drawn)
    print(f"\n{attack.__name__}: {found}; attackers {dict(Counter(running.statuses).most_common(5))}")
    assert found.failed == []
    if attack is rude.broken_headers:
        assert set(running.statuses) == {400}
    if attack in (rude.research, rude.uploads, rude.files):
        assert set(running.statuses) <= {0, 200, 400, 413, 429, 503}  # 0: it was stopped
    if attack is rude.large_bodies:
        assert running.statuses
        assert max(running.statuses) < 20, "mebibytes sent before the refusal"
    return found
