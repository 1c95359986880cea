"""Chat templates: rendered by a worker process, within a time limit.

Knows nothing about tokens. The sandbox and the limits inside the worker are `inference.template_worker`'s.
"""

from __future__ import annotations

import json
import time
from typing import Any

from inference.process import Worker, start_worker
from inference.template_worker import LONGEST_TEXT, serve
from models.errors import TemplateError
from models.escaping import escape_text

RENDER_SECONDS = 1.5
"""A template that takes longer is refused; a real one takes a millisecond."""

START_SECONDS = 30
"""How long the worker may take to start on a machine that is busy."""

EDIT = "Correct the template, or use another file of this model."
_SENTENCES = {
    "template-syntax": ("The chat template cannot be read: {message}{place}.", EDIT),
    "template-undefined": ("The chat template uses something that is not there: {message}{place}.", EDIT),
    "template-failed": ("The chat template failed: {message}{place}.", EDIT),
    "template-raised": (
        "The chat template refuses this conversation: “{message}”.",
        "Change the system prompt or the messages; some models take no system prompt.",
    ),
    "template-refused": (
        "The chat template was refused because it tries what templates may not do: {message}{place}.",
        "Do not trust this file; use another one of this model.",
    ),
    "template-too-large": (
        f"The chat template was refused because it needs too much memory or makes more than {LONGEST_TEXT:,} "
        "characters.",
        EDIT,
    ),
    "template-too-slow": (
        f"The chat template was refused because it did not finish within {RENDER_SECONDS} seconds.",
        EDIT,
    ),
    "template-lost": ("The chat template was refused because it ended the process that renders it.", EDIT),
}


class TemplateRenderer:
    """Renders templates in a worker that is started when first needed and again after a refusal.

    For one thread at a time. `close` ends the worker; so does the end of this process.
    """

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._ready = False

    def prepare(self) -> None:
        """Start the worker without waiting for it, so that the first rendering need not."""
        if self._worker is None:
            self._worker, self._ready = start_worker(serve), False

    def render(
        self,
        template: str,
        messages: list[dict[str, str]],
        *,
        add_generation_prompt: bool,
        begin_token: str | None = None,
        end_token: str | None = None,
        now: float | None = None,
        **variables: Any,
    ) -> str:
        """The text that a conversation becomes.

        Args:
            template: Jinja source.
            messages: with keys ``role`` and ``content``.
            add_generation_prompt: whether the text ends where the model's reply begins.
            begin_token: the template's ``bos_token``, undefined where the tokenizer has none.
            end_token: the template's ``eos_token``, likewise.
            now: the time that templates may ask for, seconds since the epoch; ``None`` is the present.
            variables: others, as the template knows them; must be JSON.

        Raises:
            TemplateError: ``template-syntax``, ``template-undefined``, ``template-failed`` (any other error),
                ``template-raised`` (its own message), or it was refused: ``template-refused`` (reaching for
                Python's insides), ``template-too-slow``, ``template-too-large``, ``template-lost``.
        """
        named = {"bos_token": begin_token, "eos_token": end_token}
        variables = {
            **variables,
            **{name: token for name, token in named.items() if token is not None},
            "messages": messages,
            "add_generation_prompt": add_generation_prompt,
            "tools": variables.get("tools"),
            "documents": variables.get("documents"),
        }
        return self._ask(template, variables, time.time() if now is None else now)

    def check(self, template: str) -> None:
        """Read a template without rendering it.

        Raises:
            TemplateError: ``template-syntax``, with the line, or the worker was ended by it.
        """
        self._ask(template, None, 0.0)

    def close(self) -> None:
        """End the worker, whatever it does."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _ask(self, template: str, variables: dict[str, Any] | None, now: float) -> str:
        request = {"template": template, "variables": variables, "now": now}
        worker = self._ready_worker()
        try:
            worker.connection.send_bytes(json.dumps(request).encode())
            if not worker.connection.poll(RENDER_SECONDS):
                self.close()
                raise _error("template-too-slow")
            answer: dict[str, Any] = json.loads(worker.connection.recv_bytes())
        except (EOFError, OSError) as error:
            self.close()
            raise _error("template-lost") from error
        if "text" not in answer:
            raise _error(str(answer["case"]), str(answer["message"]), answer["line"])
        return str(answer["text"])

    def _ready_worker(self) -> Worker:
        self.prepare()
        worker = self._worker
        assert worker is not None
        try:
            if not self._ready and worker.connection.poll(START_SECONDS):
                worker.connection.recv_bytes()
                self._ready = True
            if self._ready:
                return worker
        except (EOFError, OSError):
            pass
        self.close()
        raise TemplateError(
            "template-worker-did-not-start",
            "The process that renders chat templates did not start.",
            "Close other programs and try again.",
        )


def _error(case: str, message: str = "", line: int | None = None) -> TemplateError:
    what, remedy = _SENTENCES[case]
    place = "" if line is None else f" (line {line})"
    shown = escape_text(message, 500).removesuffix(".")
    return TemplateError(case, what.format(message=shown, place=place), remedy)
