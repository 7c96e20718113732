"""Bring the catalogue of English messages up to date with the messages in code and templates.

    python deqing_search/web/translations/renew.py          # renews messages.po and messages.mo
    python deqing_search/web/translations/renew.py --check  # says what is missing or left over, changes nothing

A new message gets an empty translation in `messages.po`. Fill it in and run the command again.

Pages read `messages.mo`: to load it takes 2 ms and the standard library; `messages.po` takes 60 ms and Babel, a package
of 36 MB that only this command needs.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[2]
PO = Path(__file__).parent / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "gettext_noop": None, "Message": None, "_warn": (2,)}
_VALUE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def extracted() -> Catalog:
    """Every message that code and templates mark, with the files that have it."""
    found = Catalog()
    for file, _, message, comments, context in extract_from_dir(PACKAGE, METHODS, OPTIONS, KEYWORDS):
        found.add(message, locations=[(f"{PACKAGE.name}/{file}", 1)], auto_comments=comments, context=context)
    return found


def renewed(old: Catalog) -> Catalog:
    """The catalogue with the messages of today; dates are left alone, so that nothing changes without need."""
    found, created = extracted(), old.creation_date
    old.update(found, no_fuzzy_matching=True)
    old.obsolete.clear()
    old.creation_date = created
    return old


def faults(catalogue: Catalog) -> Iterator[str]:
    """What is wrong with the translations, one sentence for each."""
    marked, translations = texts(extracted()), texts(catalogue)
    yield from (f"not in the catalogue: {chinese}" for chinese in sorted(marked.keys() - translations.keys()))
    yield from (f"left over: {chinese}" for chinese in sorted(translations.keys() - marked.keys()))
    for chinese, english in translations.items():
        if not english:
            yield f"not translated: {chinese}"
        elif sorted(_VALUE.findall(chinese)) != sorted(_VALUE.findall(english)):
            yield f"other values than in the Chinese: {english}"
    with MO.open("rb") as file:
        if texts(read_mo(file)) != translations:
            yield "messages.mo differs from messages.po"


def texts(catalogue: Catalog) -> dict[str, str]:
    """The Chinese of every message with its translation."""
    return {str(message.id): str(message.string or "") for message in catalogue if message.id}


def main(*, check: bool) -> int:
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="en")
    if not check:
        text, binary = io.BytesIO(), io.BytesIO()
        write_po(text, renewed(catalogue), width=120, sort_by_file=True, include_lineno=False)
        write_mo(binary, catalogue)
        PO.write_bytes(text.getvalue())
        MO.write_bytes(binary.getvalue())
    found = list(faults(catalogue))
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
