"""Contents are found in rendered text exactly, whatever a template does to them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.message_places import Render, RenderedConversation, render_with_places
from models.errors import TemplateError


def each(change: str) -> Render:
    """A template in Python: `change` is an expression of the content ``c``."""
    code = compile(change, "<change>", "eval")
    return lambda contents: "".join(f"<{eval(code, {'c': c})}>" for c in contents)


def found(contents: Sequence[str], render: Render) -> tuple[RenderedConversation, list[tuple[str, int]]]:
    rendered = render_with_places(contents, render)
    assert rendered.text == render(contents)
    return rendered, [(rendered.text[p.start : p.stop], p.content) for p in rendered.places]


@given(st.lists(st.text(alphabet="ab<> \n", max_size=6), max_size=4))
def test_contents_as_they_are(contents: list[str]) -> None:
    rendered, places = found(contents, each("c"))
    assert places == [(content, message) for message, content in enumerate(contents)]
    assert rendered.neutral is None


@given(st.lists(st.text(alphabet="ab<> \n", max_size=6), max_size=4))
def test_trimmed_contents(contents: list[str]) -> None:
    rendered, places = found(contents, each("c.strip()"))
    assert [p for p in places if p[0]] == [(c.strip(), i) for i, c in enumerate(contents) if c.strip()]
    assert rendered.neutral is None


def test_a_content_that_looks_like_the_template_is_told_from_it() -> None:
    _, places = found(["<", ">", "<>"], each("c"))
    assert places == [("<", 0), (">", 1), ("<>", 2)]


def test_escaped_contents_are_found_as_they_are_written() -> None:
    rendered, places = found(['say "x"'], each("c.replace('\"', '&')"))
    assert places == [("say &x&", 0)]
    assert rendered.neutral is None


def test_repeated_contents_are_found_each_time() -> None:
    _, places = found(["ab"], each("c + '-' + c"))
    assert places == [("ab", 0), ("ab", 0)]


def test_an_end_that_is_left_is_found_and_not_certain() -> None:
    rendered, places = found(["thought/answer", "b"], each("c.split('/')[-1]"))
    assert places == [("answer", 0), ("b", 1)]
    assert rendered.neutral == "<x><x>"


def test_a_beginning_that_is_left_is_found_and_not_certain() -> None:
    rendered, places = found(["a", "answer/aside"], each("c.split('/')[0]"))
    assert places == [("a", 0), ("answer", 1)]
    assert rendered.neutral == "<x><x>"


def test_a_middle_is_not_certain() -> None:
    rendered, places = found(["left[middle]right"], each("c.split('[')[-1].split(']')[0]"))
    assert places == []
    assert rendered.neutral == "<x>"


@pytest.mark.parametrize("change", ["c.upper() if len(c) < 3 else ''", "c[1:4]", "len(c)", "''"])
def test_contents_that_are_computed_with_are_not_certain(change: str) -> None:
    rendered, _ = found(["ab", "cdefgh"], each(change))
    assert rendered.neutral is not None


def test_a_template_that_refuses_marks_or_neutral_contents_is_not_certain() -> None:
    def render(contents: Sequence[str]) -> str:
        if contents != ["yes"]:
            raise TemplateError("template-raised", "No.", "Say yes.")
        return "<yes>"

    rendered, places = found(["yes"], render)
    assert (places, rendered.neutral) == ([], "")


def test_an_error_for_the_contents_themselves_is_raised() -> None:
    def render(contents: Sequence[str]) -> str:
        raise TemplateError("template-raised", "No.", "Go away.")

    with pytest.raises(TemplateError, match="Go away"):
        render_with_places(["a"], render)


def test_what_is_outside_and_inside_is_everything() -> None:
    rendered, places = found(["a", "", "b"], each("c"))
    outside = list(rendered.outside())
    assert outside == ["<", "><", "><", ">"]
    assert "".join(o + p for o, (p, _) in zip(outside, [*places, ("", 0)], strict=True)) == rendered.text
