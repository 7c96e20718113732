"""Plain text and Markdown: which encoding the bytes are in, and the front matter in front of the text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from deqing_search.errors import SourceError

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_FIELD = re.compile(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.*?)[ \t]*$", re.M)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PLAUSIBLE = re.compile("[\t\n\r -~\u00a0-\u00ff\u2000-\u2fff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_LEAST_PLAUSIBLE = 0.97  # share of usual characters that tells GB18030 text from bytes that merely decode


class Extracted(NamedTuple):
    """The text with `\\n` line ends, and the fields of its front matter, which is no part of it."""

    text: str
    front_matter: tuple[tuple[str, str], ...] = ()


def read(path: Path, data: bytes) -> Extracted:
    """Decode a text file and part it from its front matter; raises `SourceError`."""
    text = decode(path, data).replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    if not text[front.end() if front else 0 :].strip():
        raise SourceError(f"{path}：文件里没有文字", hint="请补上正文，或从目录中移走这个文件")
    if not front:
        return Extracted(text)
    # Blank lines in its place keep the line numbers of the source true.
    fields = tuple((field[1].lower(), field[2].strip("\"'")) for field in _FIELD.finditer(front[1]))
    return Extracted("\n" * front[0].count("\n") + text[front.end() :], fields)


def decode(path: Path, data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else GB18030; raises `SourceError` for anything else.

    >>> decode(Path("a.txt"), "德清县".encode("gb18030"))
    '德清县'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(path, data, encoding)
    if len(_CONTROL.findall(data[:4096].decode("latin-1"))) > len(data[:4096]) // 200:
        raise SourceError(f"{path}：不是文本文件（含有二进制内容）", hint="请换成 .txt 或 .md 文本")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        text = data.decode("gb18030", errors="replace")
        if len(_PLAUSIBLE.findall(text)) >= _LEAST_PLAUSIBLE * len(text):
            return _decoded(path, data, "gb18030")
        raise _undecodable(path, fault) from fault


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise _undecodable(path, fault) from fault


def _undecodable(path: Path, fault: UnicodeDecodeError) -> SourceError:
    return SourceError(
        f"{path}：第 {fault.start} 字节起无法按 {fault.encoding.upper()} 解码",
        hint="请另存为 UTF-8 编码，例如：iconv -f GB18030 -t UTF-8 原文件 > 新文件",
    )
