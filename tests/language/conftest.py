"""jieba as it comes, to compare with."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest

from deqing_search.language import analyzer


@pytest.fixture(scope="package")
def plain_jieba() -> Any:
    """jieba as it comes, given the same words."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(io.BytesIO(analyzer.folded_dictionary()))
    tokenizer.initialized = True
    tokenizer.load_userdict(io.StringIO("\n".join(analyzer.user_words())))
    return tokenizer
