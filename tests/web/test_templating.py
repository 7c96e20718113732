"""Templates are translated when they are compiled, into what Jinja's own extension says when they are drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment
from markupsafe import Markup, escape

from deqing_search.web import i18n, templating
from tests.site import REPORTS, Tree, ask, seeds_app


@pytest.mark.parametrize("path", ["/", ask("发展"), f"/r/{REPORTS[0]}"])
def test_every_address_stands_below_the_place_of_the_site(path):
    client = seeds_app().test_client()
    for root in ("/reports", "", "/elsewhere"):
        tree = Tree(client.get(path, environ_overrides={"SCRIPT_NAME": root}).text)
        assert [link for link in tree.links if not link.startswith((f"{root}/", "#"))] == []
        assert len(tree.links) > 20


PLACE, WORD = quote("德清"), quote("发展")
IN_JSON, IN_FILES = '"url": "(.*?)"', '"url": "https?://[^/]*(.*?)"'
ADDRESSES = {
    f"/api/v1/pledges?place={PLACE}": IN_JSON,
    f"/api/v1/promises?place={PLACE}": IN_JSON,
    "/api/v1/figures?indicator=GDP": IN_JSON,
    f"/api/v1/concordance?q={WORD}": IN_JSON,
    f"/api/v1/compare?a={REPORTS[0]}&b={REPORTS[1]}": IN_JSON,
    f"/api/v1/reports/{REPORTS[0]}": IN_JSON,
    f"/pledges.jsonl?place={PLACE}": IN_FILES,
    f"/promises.jsonl?place={PLACE}": IN_FILES,
    "/figures.jsonl?indicator=GDP": IN_FILES,
    f"/concordance.jsonl?q={WORD}": IN_FILES,
    f"/export.jsonl?q={WORD}": IN_FILES,
    "/llms.txt": r"\(https?://[^/]*(.*?)\)",
    "/api": r"curl .*?https?://[^/]*([^ \n']*)",
}


@pytest.mark.parametrize("path", ADDRESSES)
def test_addresses_for_programs_and_in_files_stand_below_the_place_of_the_site(path):
    answer = seeds_app().test_client().get(path, environ_overrides={"SCRIPT_NAME": "/reports"})
    assert answer.status_code == 200
    found = re.findall(ADDRESSES[path], answer.text)
    assert found
    assert [one for one in found if not one.startswith("/reports/")] == []


@dataclass(frozen=True, kw_only=True)
class Sample(templating.Page):
    template = "sample.html"
    x: object


TEMPLATES = {
    "alone": "{% trans %}检索{% endtrans %}",
    "in an expression": "{{ _('检索') ~ x }}<i title=\"{{ _('第 %(n)s 段', n=x) }}\">",
    "value": '<b title="{% trans n=x %}第 {{ n }} 段{% endtrans %}">{% trans %}段{% endtrans %}</b>',
    "two values": "{% trans first=x, last='“9' %}第 {{ first }}–{{ last }} 行{% endtrans %}",
    "value of a call": "{% macro b(y) %}<b>{{ y }}</b>{% endmacro %}{% trans n=b(x) %}第 {{ n }} 段{% endtrans %}",
    "in a loop": "{% for n in (x, x) %}{% trans n=n %}第 {{ n }} 段{% endtrans %}{% endfor %}",
    "per cent": (
        "{% trans %}“含同义及其他写法”里的数按完整的数匹配：5% 不会找到 15%；排除的词只按原样排除。{% endtrans %}"
    ),
    "quotation mark": "{% trans %}编者注{% endtrans %}",
    "unknown": "{% trans n=x %}第 {{ n }} 段 <{% endtrans %}",
}


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("x", ["<3>", "%(n)s", Markup("<b>3</b>"), 3, None, ""])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_values_are_escaped_unless_they_are_markup(name, x, language):
    app = Flask(__name__)
    app.jinja_loader = DictLoader({Sample.template: TEMPLATES[name]})
    templating.install(app, {})
    with app.test_request_context("/", headers={"Accept-Language": language}):
        drawn = templating.draw(Sample(x=x))
        assert drawn == drawn_by_jinja_alone(TEMPLATES[name], x)
        assert any(chinese in drawn for chinese in "段检行排注") == (language != "en" or name == "unknown")
        assert "<3>" not in drawn


def drawn_by_jinja_alone(template: str, x: object) -> str:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    catalogue = i18n.catalogue(i18n.language())
    environment.install_gettext_callables(
        lambda message: escape(catalogue.gettext(message)), catalogue.ngettext, newstyle=True
    )
    return environment.from_string(template).render(x=x)
