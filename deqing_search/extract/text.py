"""Plain text: the front matter in front of it, and its tables. Which encoding it is in belongs to `encodings`."""

from __future__ import annotations

import re
from pathlib import Path

from deqing_search.errors import SourceError
from deqing_search.extract.encodings import LOST, decode
from deqing_search.extract.extracted import Extracted
from deqing_search.extract.text_tables import tables_in

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_FIELD = re.compile(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.*?)[ \t]*$", re.M)
_LINE_ENDS = re.compile("\r\n?|[\v\x85\u2028\u2029]|(?<=[^\r\n\f])(?=\f)")  # a form feed begins a line as well
_RUINED = re.compile("[\udc80-\udcff]+")


def read(path: Path, data: bytes) -> Extracted:
    """The text of a text file with its tables; raises `SourceError`."""
    extracted = decoded(path, data)
    found = tables_in(extracted.text)
    inside = [edit for edit in extracted.edits if not any(e.start <= edit.start < e.end for e in found.edits)]
    edits = sorted([*inside, *found.edits], key=lambda edit: edit.start)
    return extracted._replace(edits=tuple(edits), tables=tuple(found.tables))


def decoded(path: Path, data: bytes) -> Extracted:
    """Decode a text file and part it from its front matter; raises `SourceError`."""
    characters = decode(path, data)
    text = _LINE_ENDS.sub("\n", characters.text)
    front = _FRONT_MATTER.match(text)
    body = text[front.end() if front else 0 :]
    if not body.strip():
        raise SourceError(f"{path}：文件里没有文字", hint="请补上正文，或从目录中移走这个文件")
    head, fields = "", tuple[tuple[str, str], ...]()
    if front:
        head = "\n" * front[0].count("\n")  # keeps the line numbers of the source true
        said = _RUINED.sub(LOST, front[1])
        fields = tuple((field[1].lower(), field[2].strip("\"'")) for field in _FIELD.finditer(said))
    if not characters.ruined:
        return Extracted(head + body, fields)
    text = head + body
    edits = characters.edits(text, len(_RUINED.findall(front[0])) if front else 0)
    return Extracted(_RUINED.sub(LOST, text), fields, edits=tuple(edits))
