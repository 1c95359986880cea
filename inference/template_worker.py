"""Renders chat templates in a process of its own, inside a sandbox and limits.

Knows nothing about conversations or who asked. Imports as little as can be: somebody waits while it starts.

Templates are untrusted programs. The sandbox keeps them from reaching Python's insides, but stops neither
loops nor memory: the limits set here and the one who asked, who ends this process, do.

The environment is that of Hugging Face transformers' `apply_chat_template`, so that templates mean the same.
Requests and answers are JSON in bytes: nothing that comes out of this process is unpickled.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
import traceback
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

MEMORY = 512 * 2**20
"""Bytes of address space that rendering may take beyond what the process has after its imports."""

PROCESSOR_SECONDS = 3
"""A request may take so much processor time: ends the process when nobody is left to do it."""

LONGEST_TEXT = 32_000_000
"""Most characters of a rendered conversation."""


def serve(connection: Connection) -> None:
    """Answer requests until the pipe closes.

    A request is ``{"template", "variables", "now"}``, its answer ``{"text"}`` or
    ``{"case", "message", "line"}``; without variables the template is only read. The first message says that the
    process is ready.

    Args:
        connection: this process's end of the pipe.
    """
    # Ctrl+C in a terminal reaches the whole group; whoever asked decides what becomes of this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(b"ready")
        while True:
            request = json.loads(connection.recv_bytes())
            _limit_processor_time()
            connection.send_bytes(json.dumps(_answer(request)).encode())


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        template = _environment(request["now"]).from_string(request["template"])
        text = "" if request["variables"] is None else template.render(**request["variables"])
    except MemoryError:
        return _failed("template-too-large", "")
    except RecursionError:
        return _failed("template-refused", "nesting without end")
    except SecurityError as error:
        return _failed("template-refused", str(error), _line_of(error))
    except TemplateSyntaxError as error:
        return _failed("template-syntax", str(error.message), error.lineno)
    except RaisedByTemplateError as error:
        return _failed("template-raised", str(error.message))
    except UndefinedError as error:
        return _failed("template-undefined", str(error.message), _line_of(error))
    except Exception as error:  # a template can make Python raise anything
        return _failed("template-failed", f"{type(error).__name__}: {error}", _line_of(error))
    if len(text) > LONGEST_TEXT:
        return _failed("template-too-large", "")
    return {"text": text}


def _failed(case: str, message: str, line: int | None = None) -> dict[str, Any]:
    return {"case": case, "message": message[:2000], "line": line}


def _line_of(error: BaseException) -> int | None:
    """The template's line in which it happened, which Jinja writes into the traceback."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "<template>"]
    return lines[-1] if lines else None


# ---------------------------------------------------------------- what a template can use


def _environment(now: float) -> ImmutableSandboxedEnvironment:
    """What a template is rendered in; `now` is the time that `strftime_now` tells, seconds since the epoch."""

    def strftime_now(pattern: str) -> str:
        return datetime.fromtimestamp(now).strftime(pattern)

    environment = Sandbox(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationBlock, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = to_json
    environment.globals |= {
        "raise_exception": raise_exception,
        "strftime_now": strftime_now,
        "dict": TemplateDict(),
        "namespace": TemplateNamespace,
    }
    return environment


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which refuses the attempt already and not only the use of what it would give."""

    def unsafe_undefined(self, obj: Any, attribute: str) -> jinja2.Undefined:
        """Called for an attribute that leads to Python's insides."""
        raise SecurityError(f"access to {attribute!r} of a {type(obj).__name__}")


class RaisedByTemplateError(jinja2.TemplateError):
    """The template called `raise_exception`."""


class GenerationBlock(Extension):
    """The tag ``{% generation %}``, which marks for training what a model wrote; here its content is all."""

    tags = {"generation"}  # noqa: RUF012  (Jinja's own declaration)

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the block into a call, which gives it a scope of its own."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_content"), [], [], body).set_lineno(line)

    def _content(self, caller: Any) -> str:
        return str(caller())


class TemplateDict:
    """`dict` without the type's attributes."""

    def __call__(self, *values: Any, **named: Any) -> dict[Any, Any]:
        return dict(*values, **named)

    def fromkeys(self, *values: Any) -> dict[Any, Any]:
        """As `dict.fromkeys`."""
        return dict.fromkeys(*values)


class TemplateNamespace(Namespace):
    """Jinja's `namespace` without names that begin with an underscore."""

    # Without `self` in the signature, so that it can be one of the names, as in Jinja's own.
    def __init__(*values: Any, **named: Any) -> None:
        self, *rest = values
        attributes = dict(*rest, **named)
        for name in attributes:
            _check_attribute(name)
        Namespace.__init__(self, attributes)

    def __setitem__(self, name: str, value: Any) -> None:
        _check_attribute(name)
        super().__setitem__(name, value)


def _check_attribute(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise SecurityError(f"the attribute {name!r} of a namespace")


def raise_exception(message: str) -> None:
    """Let a template refuse a conversation.

    Raises:
        RaisedByTemplateError: always.
    """
    raise RaisedByTemplateError(message)


def to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """JSON without the escapes for HTML that Jinja's own filter makes."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


# ---------------------------------------------------------------- limits


def _limit_memory() -> None:
    if sys.platform != "win32":
        _lower("RLIMIT_CORE", 0)  # a process ended by its limits leaves no file behind
    if sys.platform == "linux":  # elsewhere the limit of the address space has no effect or does not exist
        import resource

        with open("/proc/self/statm", encoding="ascii") as figures:
            taken = int(figures.read().split()[0]) * resource.getpagesize()
        _lower("RLIMIT_AS", taken + MEMORY)


def _limit_processor_time() -> None:
    if sys.platform != "win32":
        _lower("RLIMIT_CPU", int(time.process_time()) + 1 + PROCESSOR_SECONDS)


def _lower(name: str, value: int) -> None:
    import resource

    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
