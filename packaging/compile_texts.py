"""Compile the catalogues: as a hook of every build, and as a script in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTexts(BuildHookInterface):  # type: ignore[type-arg] # hatchling leaves it open
    """Hatchling's build hook; the compiled catalogues are not in the repository."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected."""
        compile_catalogues(Path(self.root) / "resources" / "locale")


def compile_catalogues(folder: Path) -> None:
    """Write a `.mo` beside each `.po` below the folder, unless it is newer already."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as po:
            catalogue = read_po(po, abort_invalid=True)
        # Readers may be starting at this moment: they get the old file or the new one.
        draft = target.with_suffix(".tmp")
        with draft.open("wb") as mo:
            write_mo(mo, catalogue)
        draft.replace(target)


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent.parent / "resources" / "locale")
