"""The languages of the window: which there are, which one to speak, and making Qt speak it.

Knows nothing about what is said. Texts are English in the source; `desktop/translations` holds the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator

TRANSLATIONS = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the window.

    Args:
        code: as in the name of its file and in `QLocale`.
        name: what its speakers call it.
    """

    code: str
    name: str


LANGUAGES: tuple[Language, ...] = (Language("en", "English"), Language("pt_BR", "Português (Brasil)"))
"""Every language, the one of the source first."""


def choose_language(asked: str, system: QLocale | None = None) -> Language:
    """The language to speak.

    Args:
        asked: code of a language; anything else means the one that the system speaks.
        system: ``None`` is the system's own locale.
    """
    for language in LANGUAGES:
        if language.code == asked:
            return language
    spoken = (system or QLocale.system()).language()
    for language in LANGUAGES:
        if QLocale(language.code).language() == spoken:
            return language
    return LANGUAGES[0]


def speak(application: QCoreApplication, language: Language) -> None:
    """Have everything that is made from now on speak a language and write numbers as its speakers do, Qt included."""
    QLocale.setDefault(QLocale(language.code))
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for file in (Path(qt) / f"qtbase_{language.code}.qm", TRANSLATIONS / f"vitrine_{language.code}.qm"):
        translator = QTranslator(application)
        if translator.load(str(file)):
            application.installTranslator(translator)


def spoken_locale() -> QLocale:
    """The locale of the language that the window speaks, for names of days and months."""
    application = QCoreApplication.instance()
    codes = []
    if application is not None:
        installed = application.findChildren(QTranslator, options=Qt.FindChildOption.FindDirectChildrenOnly)
        codes = [code for translator in installed if (code := translator.language())]
    return QLocale(codes[-1] if codes else LANGUAGES[0].code)
