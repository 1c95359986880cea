"""Named sampling settings: those that come with the program, and those that a person keeps.

Knows no widget, and nothing about how they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from desktop.archive import Archive
from inference.sampling.settings import SamplingSettings

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings under a name.

    Args:
        name: as it is shown.
        settings: what it stands for.
        kept: whether a person keeps it, and can remove it.
    """

    name: str
    settings: SamplingSettings
    kept: bool = True


def included_presets() -> tuple[Preset, ...]:
    """Those that are always there, in the window's language."""
    off = SamplingSettings(repetition_penalty=1.0, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)
    return (
        Preset(translate("Presets", "Greedy"), off.changed("temperature", 0.0), False),
        Preset(translate("Presets", "Balanced"), SamplingSettings(), False),
        Preset(
            translate("Presets", "Adventurous"),
            off.changed("temperature", 1.3).changed("min_p", 0.05),
            False,
        ),
        Preset(translate("Presets", "The model alone"), off, False),
    )


class Presets(QObject):
    """The presets of a window.

    Args:
        archive: where a person's are kept.
        parent: owner.
    """

    changed = Signal()
    """A person kept or removed one."""

    def __init__(self, archive: Archive, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._archive = archive
        self._all: tuple[Preset, ...] | None = None
        self.changed.connect(self._forget)

    def all(self) -> tuple[Preset, ...]:
        """A person's own by name, then those of the program whose names are not taken."""
        if self._all is None:
            nothing: tuple[tuple[str, SamplingSettings], ...] = ()
            kept = self._archive.attempt(self._archive.history.presets.list, nothing)
            own = tuple(Preset(name, settings) for name, settings in kept)
            taken = {preset.name for preset in own}
            self._all = (*own, *(preset for preset in included_presets() if preset.name not in taken))
        return self._all

    def named(self, name: str) -> Preset | None:
        """The preset of a name."""
        return next((preset for preset in self.all() if preset.name == name), None)

    def name_of(self, settings: SamplingSettings) -> str:
        """What settings are called; empty where nobody gave them a name."""
        return next((preset.name for preset in self.all() if preset.settings == settings), "")

    def keep(self, name: str, settings: SamplingSettings) -> bool:
        """Keep settings under a name, in place of those that had it; whether that was possible."""

        def act() -> bool:
            self._archive.history.presets.save(name, settings)
            return True

        kept = self._archive.attempt(act, False)
        if kept:
            self.changed.emit()
        return kept

    def remove(self, name: str) -> None:
        """Forget one that a person keeps."""

        def act() -> bool:
            self._archive.history.presets.remove(name)
            return True

        if self._archive.attempt(act, False):
            self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        self._all = None
