"""The text of a desktop entry: what the menu shows and what it starts.

Knows nothing about folders; `desktop.packaging.installation` puts it where menus look.

Source: freedesktop.org's Desktop Entry Specification 1.4, above all its section on the Exec key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WINDOW_CLASS = "vitrine"
"""Class of the windows under X11: what Qt makes of the application's name."""

_QUOTED = frozenset(" \t\n\"'\\><~|&;$*?#()`")
"""Characters that an argument may only have between quotes."""

_ESCAPED = '"`$\\'
"""Characters that need a backslash even there."""


def entry_text(command: Sequence[str], environment: Mapping[str, str], icon: str) -> str:
    """A desktop entry.

    Args:
        command: absolute path of the program, then its arguments.
        environment: variables that the program has to find.
        icon: the icon's name in the icon theme.
    """
    # No MimeType as long as the window opens no files by their name.
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.4",
        "Name=Vitrine",
        "GenericName=Language Model Chat",
        "GenericName[pt_BR]=Conversa com modelo de linguagem",
        "Comment=Chat with a language model and see inside it while it writes",
        "Comment[pt_BR]=Converse com um modelo de linguagem e veja por dentro dele enquanto escreve",
        f"Exec={_exec_value(command, environment)}",
        # A menu hides the entry once the environment it belongs to was deleted.
        f"TryExec={_string_value(command[0])}",
        f"Icon={icon}",
        "Terminal=false",
        "Categories=Education;ArtificialIntelligence;",
        "Keywords=AI;LLM;chat;tokens;attention;",
        "Keywords[pt_BR]=IA;LLM;conversa;tokens;atenção;",
        f"StartupWMClass={WINDOW_CLASS}",
        "StartupNotify=true",
    )
    return "".join(f"{line}\n" for line in lines)


def _exec_value(command: Sequence[str], environment: Mapping[str, str]) -> str:
    program, *arguments = command
    words = [f"{name}={value}" for name, value in environment.items()]
    if words or "=" in program or "%" in program:
        # Neither “=” nor “%” is allowed in the first word, and env is what sets variables.
        program, arguments = "/usr/bin/env", [*words, program, *arguments]
    return _string_value(" ".join(_exec_argument(word) for word in (program, *arguments)))


def _exec_argument(text: str) -> str:
    text = text.replace("%", "%%")
    if text and not _QUOTED.intersection(text):
        return text
    return '"' + "".join(f"\\{letter}" if letter in _ESCAPED else letter for letter in text) + '"'


def _string_value(text: str) -> str:
    for letter, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(letter, escape)
    return text
