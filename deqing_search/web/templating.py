"""Draws templates in the language of the answer: one Jinja environment for Chinese, one for English.

Owns how messages come into templates, `{% trans %}…{% endtrans %}` and `_("…")`, and what every template may use.
Leaves the languages and their catalogues to `i18n`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import ClassVar

from flask import Flask, current_app, request
from jinja2 import Environment, nodes
from jinja2.ext import InternationalizationExtension
from jinja2.parser import Parser
from markupsafe import Markup, escape

from deqing_search.web import i18n, labels

_VALUE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a template shows: it sees every field by its name. `q` is what stands in the search box."""

    template: ClassVar[str]
    q: str = ""


def draw(page: Page) -> str:
    """The page in the language of this answer."""
    shown = {field.name: getattr(page, field.name) for field in fields(page)}
    return _environment().get_template(page.template).render(shown)


def install(app: Flask, functions: Mapping[str, Callable[..., object]]) -> None:
    """Prepare `draw`; `functions` are called by templates, by name."""
    app.jinja_options = {"extensions": [CompiledTranslations], "trim_blocks": True, "lstrip_blocks": True}
    chinese, english = (_made(app, language, functions) for language in ("zh-Hans", "en"))
    app.extensions["environments"] = {"zh-Hans": chinese, "zh-Hant": chinese, "en": english}


def _made(app: Flask, language: str, functions: Mapping[str, Callable[..., object]]) -> Environment:
    environment = app.create_jinja_environment()
    environment.extend(language=language)
    # For the form of the calls that `{% trans %}` is parsed into; it is translated when compiled, and `_` is ours.
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        functions, _=_gettext(language), cached_part=_cached_part, languages=i18n.LANGUAGES, language=i18n.language
    )
    environment.filters.update(labels.FILTERS)
    if language != "en":  # no Chinese has to be marked, and nothing is translated
        environment.filters.update(in_chinese=escape, translated=escape)
    return environment


def _gettext(language: str) -> Callable[..., Markup]:
    """The `_` of templates; it remembers the messages, which Jinja's own would look up again for each page."""
    catalogue = i18n.catalogue(language)

    @cache
    def template(message: str) -> Markup:
        return escape(catalogue.gettext(message))

    def gettext(message: str, **values: object) -> Markup:
        return template(message) % values if values else template(message)

    return gettext


def _environment() -> Environment:
    environments: dict[str, Environment] = current_app.extensions["environments"]
    return environments[i18n.language()]


def _cached_part(template: str, shown_on: str = "") -> Markup:
    """A part that is the same on every page of a language, of a root path and, where `shown_on` is given, of a kind."""
    return _draw_part(_environment(), template, request.root_path, shown_on)


@lru_cache(500)
def _draw_part(environment: Environment, template: str, _root: str, shown_on: str) -> Markup:
    return Markup(environment.get_template(template).render(shown_on=shown_on))  # noqa: S704 the template has escaped it


class CompiledTranslations(InternationalizationExtension):
    """Jinja's i18n extension, which translates `{% trans %}` when a template is compiled and not when it is drawn.

    An environment has one language, and a page of results some 200 messages: to look each up as it is drawn makes the
    page take 1.3 times as long.
    """

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """The text of the message in pieces, its values between them."""
        parsed = super().parse(parser)
        *assignments, output = parsed if isinstance(parsed, list) else [parsed]
        call = output.find(nodes.Call)
        assert call is not None
        message, values = call.args[0].as_const(), {value.key: value.value for value in call.kwargs}
        return [*assignments, nodes.Output(list(self._pieces(message, values)), lineno=output.lineno)]

    def _pieces(self, message: str, values: Mapping[str, nodes.Expr]) -> Iterator[nodes.Expr]:
        translated = i18n.catalogue(self.environment.language).gettext(message)  # type: ignore[attr-defined]
        for at, piece in enumerate(_VALUE.split(translated)):
            yield values[piece] if at % 2 else nodes.TemplateData(escape(piece.replace("%%", "%")))
