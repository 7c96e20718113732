"""Plain text and Markdown: which encoding the bytes are in, and the front matter in front of the text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from deqing_search.errors import SourceError
from deqing_search.extract.extracted import Extracted
from deqing_search.extract.text_tables import tables_in

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_FIELD = re.compile(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.*?)[ \t]*$", re.M)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PLAUSIBLE = re.compile("[\t\n\r -~\u00a0-\u00ff\u2000-\u2fff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Bytes of Big5 nearly always decode as GB18030 too, to rare characters: these are common in both scripts.
_COMMON = frozenset(
    "的一是在不了有和人中大上我以要用生到作地出可也年工政府市民主全力加化新好月日百分文成本心高重水平加快促保安社法公共建立持"
    "為個國時來們於會對經發設報進強實業農與產後長動萬億區縣這無現應總開關點體統學問題當"
    "为个国时来们于会对经发设报进强实业农与产后长动万亿区县这无现应总开关点体统学问题当"
)
_LEAST_PLAUSIBLE = 0.97  # share of usual characters that tells GB18030 text from bytes that merely decode


def read(path: Path, data: bytes) -> Extracted:
    """The text of a text file with its tables; raises `SourceError`."""
    extracted = decoded(path, data)
    edits, tables = tables_in(extracted.text)
    return extracted._replace(edits=tuple(edits), tables=tuple(tables))


def decoded(path: Path, data: bytes) -> Extracted:
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
    """UTF-8, UTF-16 with its mark, else GB18030 or Big5; raises `SourceError` for anything else.

    >>> decode(Path("a.txt"), "德清县".encode("gb18030")), decode(Path("a.txt"), "政府工作報告".encode("big5"))
    ('德清县', '政府工作報告')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(path, data, encoding)
    if len(_CONTROL.findall(data[:4096].decode("latin-1"))) > len(data[:4096]) // 200:
        hint = "请另存为文本，或按它真正的格式改扩展名（如 .pdf、.docx）"
        raise SourceError(f"{path}：不是文本文件（含有二进制内容）", hint=hint)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        text = data.decode("gb18030", errors="replace")
        if (other := _as_big5(data)) and _commonness(other) > 2 * _commonness(text):
            return other
        if len(_PLAUSIBLE.findall(text)) >= _LEAST_PLAUSIBLE * len(text):
            return _decoded(path, data, "gb18030")
        raise _undecodable(path, fault) from fault


def _as_big5(data: bytes) -> str:
    """The bytes as Big5, with the characters Windows added to it; "" when they are not."""
    try:
        return data.decode("cp950")
    except UnicodeDecodeError:
        return ""


def _commonness(text: str) -> float:
    """Share of the Han characters and their like that are common in reports."""
    wide = [character for character in text[:20_000] if character >= "\u2e80"]
    return sum(character in _COMMON for character in wide) / max(len(wide), 1)


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
