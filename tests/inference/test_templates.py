"""Chat templates through the worker process: what they can do, and what becomes of those that attack."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from inference.templates import TemplateRenderer
from models.errors import TemplateError

HELLO = [{"role": "user", "content": "Hello"}]
CHAT = (
    "{% for m in messages %}<{{ m.role }}>{{ m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<reply>{% endif %}"
)
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux only")


@pytest.fixture(scope="module")
def renderer() -> Iterator[TemplateRenderer]:
    """For tests that leave its worker alive."""
    yield from started()


@pytest.fixture
def own_renderer() -> Iterator[TemplateRenderer]:
    """For tests that have its worker ended."""
    yield from started()


def started() -> Iterator[TemplateRenderer]:
    renderer = TemplateRenderer()
    render(renderer, CHAT)
    yield renderer
    renderer.close()


def render(renderer: TemplateRenderer, template: str, **variables: object) -> str:
    return renderer.render(template, HELLO, add_generation_prompt=True, **variables)  # type: ignore[arg-type]


def refusal(renderer: TemplateRenderer, template: str) -> TemplateError:
    with pytest.raises(TemplateError) as refused:
        render(renderer, template)
    return refused.value


# ---------------------------------------------------------------- what templates can do


def test_messages_are_rendered(renderer: TemplateRenderer) -> None:
    assert render(renderer, CHAT) == "<user>Hello<reply>"
    assert renderer.render(CHAT, HELLO, add_generation_prompt=False) == "<user>Hello"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{% if true %}\n  a\n  {% endif %}\nb", "  a\nb"),  # trim_blocks and lstrip_blocks
        ("{% for i in range(9) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "01"),
        ("{% generation %}a{{ messages[0].role }}{% endgeneration %}", "auser"),
        ("{{ {'b': '<é>', 'a': 1} | tojson }}", '{"b": "<é>", "a": 1}'),
        ("{{ {'b': 1, 'a': 2} | tojson(sort_keys=true, separators=(',', ':')) }}", '{"a":2,"b":1}'),
        ("{{ strftime_now('%Y') }}", "1970"),
        ("{% set ns = namespace(n=1) %}{% set ns.n = 2 %}{{ ns.n }}{{ dict(a=3).a }}", "23"),
        ("{{ dict.fromkeys(['k'], 4)['k'] }}{{ namespace(self=5).self }}", "45"),
        ("{{ bos_token is defined }}{{ eos_token }}{{ tools is none }}{{ missing }}", "False</s>True"),
    ],
)
def test_templates_find_what_transformers_gives_them(
    renderer: TemplateRenderer, template: str, text: str
) -> None:
    assert render(renderer, template, end_token="</s>", now=43200.0) == text


@pytest.mark.parametrize("content", ["", "\ud800", "\x00\u202e", "👩‍🚀" * 100, "a\r\nb", "{{ 1 }}"])
def test_fault_32_odd_contents_come_through_unchanged(renderer: TemplateRenderer, content: str) -> None:
    messages = [{"role": "user", "content": content}]
    assert renderer.render("{{ messages[0].content }}", messages, add_generation_prompt=True) == content


def test_fault_32_a_paste_of_5_megabytes_is_rendered(renderer: TemplateRenderer) -> None:
    messages = [{"role": "user", "content": "word " * 1_000_000}]
    assert len(renderer.render(CHAT, messages, add_generation_prompt=True)) == 5_000_000 + len(
        "<user><reply>"
    )


# ---------------------------------------------------------------- faulty templates


def test_fault_26_a_syntax_error_is_named_with_its_line(renderer: TemplateRenderer) -> None:
    error = refusal(renderer, "{% for m in messages %}\n{% endif %}")
    assert error.case == "template-syntax"
    assert "unknown tag 'endif'" in error.what
    assert error.what.endswith("(line 2).")


def test_fault_26_an_undefined_variable_is_named_with_its_line(renderer: TemplateRenderer) -> None:
    error = refusal(renderer, "\n\n{{ nobody.name }}")
    assert error.case == "template-undefined"
    assert "'nobody' is undefined (line 3)" in error.what


@pytest.mark.parametrize("template", ["{{ 1 / 0 }}", "{{ range(10 ** 9) | list }}", "{{ 'a' + 1 }}"])
def test_fault_26_any_other_error_is_named(renderer: TemplateRenderer, template: str) -> None:
    assert refusal(renderer, template).case == "template-failed"


def test_fault_29_the_template_s_own_message_is_shown_and_escaped(renderer: TemplateRenderer) -> None:
    error = refusal(renderer, "{{ raise_exception('Roles must \u202ealternate') }}")
    assert error.case == "template-raised"
    assert "“Roles must ⟨U+202E⟩alternate”" in error.what


# ---------------------------------------------------------------- attacks


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ '{0.__class__}'.format(messages) }}",
        "{{ lipsum.__globals__['os'].system('id') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ raise_exception.__globals__ }}",
        "{{ self.__init__ }}",
        "{% set n = namespace() %}{% set n.__class__ = 1 %}",
        "{{ namespace(__class__=1) }}",
        "{{ messages.append(1) }}",
        "{{ messages[0].update(role='system') }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    ],
    ids=lambda template: template[:40],
)
def test_fault_27_attempts_to_reach_python_are_refused(renderer: TemplateRenderer, template: str) -> None:
    assert refusal(renderer, template).case == "template-refused"
    assert render(renderer, CHAT) == "<user>Hello<reply>"


@pytest.mark.parametrize("template", [ENDLESS, "{{ 9 ** (9 ** 8) }}"], ids=["nested ranges", "powers"])
def test_fault_28_a_template_that_never_ends_is_refused_in_2_seconds(
    own_renderer: TemplateRenderer, template: str
) -> None:
    started = time.monotonic()
    assert refusal(own_renderer, template).case == "template-too-slow"
    assert time.monotonic() - started < 2
    assert render(own_renderer, CHAT) == "<user>Hello<reply>"


@linux_only
@pytest.mark.parametrize("template", ["{{ 'a' * 10 ** 9 }}", "{{ '%999999999d' | format(1) }}"])
def test_fault_28_a_template_that_eats_memory_is_refused(renderer: TemplateRenderer, template: str) -> None:
    started = time.monotonic()
    assert refusal(renderer, template).case == "template-too-large"
    assert time.monotonic() - started < 2


def test_fault_28_a_text_beyond_all_measure_is_refused(own_renderer: TemplateRenderer) -> None:
    assert refusal(own_renderer, "{{ 'a' * 33000000 }}").case in {"template-too-large", "template-too-slow"}


def test_a_template_is_read_without_being_rendered(renderer: TemplateRenderer) -> None:
    renderer.check("{{ nobody.name }}{{ raise_exception('no') }}")
    with pytest.raises(TemplateError, match=r"unknown tag 'bad'.* \(line 2\)") as refused:
        renderer.check("\n{% bad %}")
    assert refused.value.case == "template-syntax"


def test_fault_28_reading_a_template_is_limited_too(own_renderer: TemplateRenderer) -> None:
    """Jinja computes constants while it reads."""
    started = time.monotonic()
    with pytest.raises(TemplateError) as refused:
        own_renderer.check("{{ 9 ** (9 ** 8) }}")
    assert refused.value.case == "template-too-slow"
    assert time.monotonic() - started < 2


# ---------------------------------------------------------------- the process


def worker_of(parent: psutil.Process) -> psutil.Process:
    """The only child that was started to run something; there may be a resource tracker besides."""
    (worker,) = (child for child in parent.children() if "--multiprocessing-fork" in child.cmdline())
    return worker


def test_a_worker_that_dies_is_replaced() -> None:
    parent = psutil.Process()
    others = set(parent.children())
    renderer = TemplateRenderer()
    render(renderer, CHAT)
    (worker,) = (
        child for child in set(parent.children()) - others if "--multiprocessing-fork" in child.cmdline()
    )
    worker.kill()
    assert refusal(renderer, CHAT).case == "template-lost"
    assert render(renderer, CHAT) == "<user>Hello<reply>"
    renderer.close()


def test_closing_ends_the_worker_and_a_closed_renderer_can_be_used_again() -> None:
    renderer = TemplateRenderer()
    for _ in range(2):
        assert render(renderer, CHAT) == "<user>Hello<reply>"
        renderer.close()
    renderer.close()


def test_the_worker_imports_little() -> None:
    script = "import sys, inference.template_worker; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert {"numpy", "onnxruntime", "PySide6", "tokenizers"}.isdisjoint(loaded.split())


PARENT = """
import sys
from inference.templates import TemplateRenderer
print("main", flush=True)
renderer = TemplateRenderer()
renderer.render("", [], add_generation_prompt=True)
print("ready", flush=True)
renderer.render(sys.argv[1], [], add_generation_prompt=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX signals or limits")
@pytest.mark.parametrize("template", ["{{ 1 }}", ENDLESS], ids=["idle", "in an endless loop"])
def test_the_worker_ends_by_itself_when_its_parent_is_killed(template: str, tmp_path: Path) -> None:
    """Idle, because its pipe closes; in an endless loop, because its processor time is limited."""
    script = tmp_path / "parent.py"
    # Without a guard: a worker that imported the main module again would print, and start workers without end.
    script.write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, script, template], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        assert [parent.stdout.readline(), parent.stdout.readline()] == ["main\n", "ready\n"]
        worker = worker_of(psutil.Process(parent.pid))
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        _, alive = psutil.wait_procs([worker], timeout=60)
    assert not alive
