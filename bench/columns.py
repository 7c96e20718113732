"""How well paragraphs come back from columns of every width: the F1 of whole paragraphs.

    python bench/columns.py FOLDER [--part K/N] [--reports N] [--seed N] [--form NAME]

Reports of the folder are cleaned, set as a typesetter sets them, and cleaned again. `--part 1/2` takes those from which
`bench/paragraph_ends.py --part 0/2` learned nothing.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from deqing_search.cleaning.cleaner import clean
from deqing_search.report import RawText

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.paragraphs import parser_of, prose_of
from tests.sown.columns import WIDTHS, Setting, beside, set_report
from tests.sown.lines import paragraphs_of

_HEIGHT, _GAP = 30, 4  # lines of a page, and spaces between its columns
_WIDEST_BESIDE = 24
FORMS: dict[str, Callable[[list[str], float], str]] = {
    "one column": lambda rows, measure: "\n".join(rows) + "\n",
    "a blank line after every line": lambda rows, measure: "\n\n".join(rows) + "\n",
    "two columns side by side": lambda rows, measure: beside(rows, measure, _HEIGHT, _GAP),
    "three columns side by side": lambda rows, measure: beside(rows, measure, _HEIGHT, _GAP, 3),
    "four columns side by side": lambda rows, measure: beside(rows, measure, _HEIGHT, _GAP, 4),
}


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--reports", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", default="", help="only forms with this in their names")
    options = parser.parse_args()
    reports = list(prose_of(options.folder, options.part))
    random.Random(options.seed).shuffle(reports)  # noqa: S311
    print("| form | first line | stops |", " | ".join(map(str, WIDTHS)), "|")
    print("|---|---|---|" + "---:|" * len(WIDTHS))
    for form, layout in FORMS.items():
        if options.form not in form:
            continue
        for indent in (2, 0):
            for hanging in (True, False):
                settings = [Setting(measure, measure - indent, hanging) for measure in WIDTHS]
                scores = [
                    f"{score(reports[: options.reports], setting, layout):.3f}"
                    if not form.endswith("side by side") or setting.measure <= _WIDEST_BESIDE
                    else ""
                    for setting in settings
                ]
                shape = "2 em shorter" if indent else "equal"
                print(f"| {form} | {shape} | {'hang' if hanging else 'pushed'} |", " | ".join(scores), "|", flush=True)


def score(reports: list[list[str]], setting: Setting, layout: Callable[[list[str], float], str]) -> float:
    """The F1 of whole paragraphs over all reports, set in one way."""
    hits = all_lines = 0
    for lines in reports:
        text = layout(set_report(lines, setting), setting.measure)
        got = paragraphs_of(clean(RawText("r", text, "")).text)
        hits += (Counter(got) & Counter(lines)).total()
        all_lines += len(got) + len(lines)
    return 2 * hits / max(all_lines, 1)


if __name__ == "__main__":
    main()
