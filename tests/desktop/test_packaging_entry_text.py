"""The desktop entry says what the specification wants, whatever the path of the program."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from desktop.packaging.entry_text import entry_text


def value(text: str, key: str) -> str:
    """The value of a key, with the specification's escapes for strings undone."""
    line = next(line for line in text.splitlines() if line.startswith(f"{key}="))
    raw, plain = line.removeprefix(f"{key}="), ""
    letters = iter(raw)
    for letter in letters:
        plain += (
            {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}[next(letters)]
            if letter == "\\"
            else letter
        )
    return plain


def words(text: str) -> list[str]:
    """The words of an unescaped Exec value, as the specification takes it apart."""
    found: list[str] = []
    word, quoted = "", False
    letters = iter(text)
    for letter in letters:
        if letter == '"':
            quoted = not quoted
        elif letter == "\\" and quoted:
            word += next(letters)
        elif letter == "%":
            assert next(letters) == "%", "a field code"
            word += "%"
        elif letter == " " and not quoted:
            found.append(word)
            word = ""
        else:
            word += letter
    return [*found, word]


def test_a_plain_path_is_written_plainly() -> None:
    text = entry_text(["/opt/vitrine/bin/vitrine"], {}, "vitrine")
    assert "\nExec=/opt/vitrine/bin/vitrine\n" in text
    assert "\nTryExec=/opt/vitrine/bin/vitrine\n" in text
    assert "\nIcon=vitrine\n" in text
    assert "\nStartupWMClass=vitrine\n" in text
    assert "MimeType" not in text


def test_spaces_and_signs_of_the_shell_are_quoted_by_hand_checked_rules() -> None:
    # Inside quotes a backslash goes before $ and \, and the string rule doubles each backslash.
    text = entry_text([r"/home/Ana $ \ Lima/vitrine"], {}, "vitrine")
    assert r'Exec="/home/Ana \\$ \\\\ Lima/vitrine"' in text
    assert r"TryExec=/home/Ana $ \\ Lima/vitrine" in text


@pytest.mark.parametrize(
    "path",
    [
        "/home/ana/my models/vitrine",
        "/home/ana/100% local/vitrine",
        '/home/ana/"quoted"/vitrine',
        "/home/ana/back\\slash/`tick`/$HOME/vitrine",
        "/home/ana/é ü 模型/vitrine",
        "/home/ana/a=b/vitrine",
        "/home/ana/semi;colon & #hash/vitrine",
    ],
)
def test_any_path_comes_back_as_it_was(path: str) -> None:
    text = entry_text([path, "-m", "desktop"], {}, "vitrine")
    found = words(value(text, "Exec"))
    expected = [path, "-m", "desktop"]
    assert found == (["/usr/bin/env", *expected] if "%" in path or "=" in path else expected)
    assert value(text, "TryExec") == path


def test_variables_are_set_by_env() -> None:
    text = entry_text(["/opt/vitrine"], {"VITRINE_DATA_DIR": "/mnt/my stick"}, "vitrine")
    assert words(value(text, "Exec")) == ["/usr/bin/env", "VITRINE_DATA_DIR=/mnt/my stick", "/opt/vitrine"]


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed"
)
@pytest.mark.parametrize("path", ["/opt/vitrine/bin/vitrine", "/home/ana lima/100% $HOME/`x`/vitrine"])
def test_the_validator_of_freedesktop_has_nothing_to_say(path: str, tmp_path: Path) -> None:
    file = tmp_path / "vitrine.desktop"
    file.write_text(entry_text([path], {"VITRINE_DATA_DIR": "/mnt/50% of it"}, "vitrine"), "utf-8")
    done = subprocess.run(["desktop-file-validate", file], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
