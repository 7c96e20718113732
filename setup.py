"""Which packages there are. Everything else that a build needs stands in `setup.cfg`.

The five reports in `seeds/` are installed as `deqing_search/seeds/`: an installed program has something to search.
"""

from setuptools import find_namespace_packages, setup

SEEDS = "deqing_search.seeds"

setup(
    packages=[*find_namespace_packages(include=["deqing_search*"], exclude=["*__pycache__*"]), SEEDS],
    package_dir={SEEDS: "seeds"},
)
