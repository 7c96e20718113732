"""A template that was compiled for a language says what it would say if it asked for each sentence as it is drawn."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader
from markupsafe import Markup

from deqing_search.web import i18n, templating
from tests.site import REPORTS, Tree, ask, seeds_app

PAGES = [
    *("/", "/r/", "/coverage", "/compare?q=发展", "/trend?q=发展", "/nothing", f"/r/{REPORTS[0]}?q=发展"),
    *(ask("发展"), ask("发展", year="2021", group="report"), ask("(龘靐齉爩"), ask("怎样发展地理信息产业")),
]


@pytest.fixture(scope="module")
def compiled():
    return seeds_app().test_client()


@pytest.fixture(scope="module")
def asking():
    app = seeds_app()
    plain = app.jinja_env
    app.extensions["drawing"] = dict.fromkeys((False, True), plain)
    plain.globals["drawn_once"] = lambda name: plain.get_template(name).make_module()
    return app.test_client()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("tag", ["zh-CN", "zh-TW", "en"])
def test_a_compiled_page_is_the_page(compiled, asking, path, tag):
    answers = [client.get(path, headers={"Accept-Language": tag}) for client in (compiled, asking)]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize("path", ["/", ask("发展"), f"/r/{REPORTS[0]}"])
def test_every_address_stands_below_the_place_of_the_site(compiled, path):
    for root in ("/reports", "", "/elsewhere"):
        tree = Tree(compiled.get(path, environ_overrides={"SCRIPT_NAME": root}).text)
        assert [link for link in tree.links if not link.startswith((f"{root}/", "#"))] == []
        assert len(tree.links) > 20


TEMPLATES = {
    "alone": "{{ _('检索') }}",
    "value": "{{ _('{n} 段', n=x) }}",
    "inside": "{% set said = _('{n} 段', n=x) if x else _('检索') %}<i title=\"{{ said }}\">{{ said ~ x }}</i>",
    "unknown": "{% for one in ['检索', '关闭'] %}{{ _(one) }}{% endfor %}",
}


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("x", ["<3>", Markup("<b>3</b>"), 3, None, ""])
@pytest.mark.parametrize("tag", ["zh-CN", "en"])
def test_values_are_escaped_unless_they_are_markup(name, x, tag):
    app = Flask(__name__)
    app.jinja_env.loader = DictLoader({f"{name}.html": text for name, text in TEMPLATES.items()})
    app.jinja_env.globals["_"] = i18n.gettext
    templating.install(app)
    with app.test_request_context("/", headers={"Accept-Language": tag}):
        told = app.jinja_env.get_template(f"{name}.html").render(x=x)
        assert templating.draw(f"{name}.html", x=x) == told
        assert ("段" in told or "检索" in told) == (tag != "en")
