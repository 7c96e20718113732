"""Draws templates in the language of the answer.

A page of results says some 230 sentences. Which language they are in is known when a template is compiled, so each
template is compiled once for Chinese and once for English, and its sentences are text in it like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from string import Formatter
from typing import Any, ClassVar

from flask import Flask, current_app, request
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from deqing_search.web import i18n


def draw(template: str, **said: Any) -> str:
    """The template with what is said in it, in the language of this answer."""
    return _environment().get_template(template).render(said)


def _drawn_once(template: str) -> Markup:
    """A part that is the same on every page of one language, below one place on the host."""
    return _kept(_environment(), template, request.root_path)


@lru_cache(100)
def _kept(environment: Environment, template: str, root: str) -> Markup:
    return Markup(environment.get_template(template).render())  # noqa: S704 the template has escaped it


def written(value: Any) -> str:
    """What `escape` makes of a value, as a part of a page.

    Most of what a page holds, some 700 values, has nothing to escape, and of that `escape` makes a string of its own.

    >>> written(Markup("<b>1</b>")), written(2), written("<")
    (Markup('<b>1</b>'), '2', Markup('&lt;'))
    """
    kind = type(value)
    return value if kind is Markup else str(value) if kind is int else escape(value)


def _environment() -> Environment:
    environments: dict[bool, Environment] = current_app.extensions["drawing"]
    return environments[i18n.language() == "en"]


def install(app: Flask) -> None:
    """Prepare `draw`; to be called when the environment of the templates has all that they use."""
    app.jinja_env.globals["drawn_once"] = _drawn_once
    app.extensions["drawing"] = {}
    for english, compiler in ((False, _Chinese), (True, _English)):
        app.extensions["drawing"][english] = environment = app.jinja_env.overlay()
        environment.code_generator_class = compiler
        environment.extend(written=written)


class _Chinese(CodeGenerator):
    """Compiles `_("…")` to the sentence itself, cut where its values stand."""

    into: ClassVar[str] = "zh-Hans"

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escape = environment.written")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - as jinja has it
        cut = [part for child in node.nodes for part in self._cut(child) or [child]]
        super().visit_Output(nodes.Output(cut, lineno=node.lineno), frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        cut = self._cut(node)
        if cut:
            self.visit(cut[0] if len(cut) == 1 else nodes.Concat(cut), frame)
        else:
            super().visit_Call(node, frame, forward_caller=forward_caller)

    def _cut(self, node: nodes.Expr) -> list[nodes.Expr]:
        """The sentence in pieces of text and values; nothing where `node` says none, or not always the same."""
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(chinese))], kwargs=values):
                return list(self._pieces(chinese, {value.key: value.value for value in values}))
        return []

    def _pieces(self, chinese: str, values: dict[str, nodes.Expr]) -> Iterator[nodes.Expr]:
        for text, name, _, _ in Formatter().parse(str(escape(i18n.sentence(chinese, self.into)))):
            if text:
                yield nodes.TemplateData(text)
            if name is not None:
                yield values[name]


class _English(_Chinese):
    into = "en"
