"""The languages of the window: chosen right, complete, and up to date with the source.

Knows nothing about widgets.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from desktop.controls.numbers import format_count, format_decimal, parse_number
from desktop.controls.table_text import Table, csv_text
from desktop.language import LANGUAGES, TRANSLATIONS, choose_language, spoken_locale
from desktop.panels.attention.proof_badge import format_delta

TRANSLATED = LANGUAGES[1:]
ROOT = TRANSLATIONS.parent.parent


def tool(name: str) -> str:
    found = shutil.which(f"pyside6-{name}", path=str(Path(sys.executable).parent)) or shutil.which(
        f"pyside6-{name}"
    )
    assert found is not None
    return found


def messages(path: Path) -> dict[tuple[str, str], str]:
    """Translations by context and source; an unfinished one is empty."""
    texts = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            finished = translation.get("type") is None
            key = context.findtext("name", ""), message.findtext("source", "")
            texts[key] = translation.text or "" if finished else ""
    return texts


@pytest.mark.parametrize(
    ("asked", "system", "code"),
    [
        ("", "pt_BR", "pt_BR"),
        ("", "pt_PT", "pt_BR"),
        ("", "de_DE", "en"),
        ("en", "pt_BR", "en"),
        ("xx", "en_GB", "en"),
    ],
)
def test_what_is_asked_for_goes_before_what_the_system_speaks(asked: str, system: str, code: str) -> None:
    assert choose_language(asked, QLocale(system)).code == code


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_every_text_of_the_source_is_translated(language: object, tmp_path: Path) -> None:
    code = getattr(language, "code", "")
    kept = TRANSLATIONS / f"vitrine_{code}.ts"
    fresh = tmp_path / kept.name
    sources = sorted(str(path) for path in (ROOT / "desktop").rglob("*.py"))
    options = ["-source-language", "en_US", "-target-language", code, "-locations", "none"]
    subprocess.run([tool("lupdate"), *sources, "-ts", str(fresh), *options], check=True, capture_output=True)
    known = messages(kept)
    untranslated = [key for key in messages(fresh) if not known.get(key)]
    assert untranslated == []


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_translations_keep_the_fields_of_their_source(language: object) -> None:
    texts = messages(TRANSLATIONS / f"vitrine_{getattr(language, 'code', '')}.ts")
    field = re.compile(r"\{\w+")
    wrong = [
        source
        for (_, source), text in texts.items()
        if sorted(field.findall(source)) != sorted(field.findall(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_the_compiled_file_is_that_of_the_source(language: object, tmp_path: Path) -> None:
    name = f"vitrine_{getattr(language, 'code', '')}"
    fresh = tmp_path / f"{name}.qm"
    command = [tool("lrelease"), str(TRANSLATIONS / f"{name}.ts"), "-qm", str(fresh)]
    subprocess.run(command, check=True, capture_output=True)
    assert fresh.read_bytes() == (TRANSLATIONS / f"{name}.qm").read_bytes()


def test_portuguese_is_spoken(portuguese: None) -> None:
    assert QCoreApplication.translate("TopBar", "no model") == "sem modelo"
    assert spoken_locale().name() == "pt_BR"


def test_fault_56_numbers_are_written_as_the_language_has_them_and_exported_as_computers_do(
    portuguese: None,
) -> None:
    assert format_count(1234567) == "1.234.567"
    assert format_decimal(0.5, 2) == "0,50"
    assert format_delta(2.4e-7) == "2,4 × 10⁻⁷"
    assert parse_number(format_decimal(1234.5, 1)) == 1234.5
    assert csv_text(Table(("p",), [(0.5,)])) == "p\r\n0.5\r\n"


def test_qt_speaks_it_in_its_own_menus(portuguese: None) -> None:
    assert QCoreApplication.translate("QWidgetTextControl", "&Copy") == "&Copiar"
