"""Pictures of the main window, left in build/shots for people to look at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "shots"
WINDOWS = ("empty", "servers")


def take(language: str, scheme: str, scale: str) -> dict[str, QImage]:
    """Take the pictures in an interpreter of their own; return them by window."""
    folder = SHOTS / f"{language}-{scheme.lower()}-{scale}"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.shots.take", str(folder), language, scheme]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "TZ": "UTC"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    return {name: QImage(str(folder / f"{name}.png")) for name in WINDOWS}


@pytest.mark.parametrize("scale", ["1.0", "1.5"])
def test_language_and_scheme_change_what_is_seen(scale: str) -> None:
    pictures = {
        (language, scheme, name): picture
        for language in ("en", "ja")
        for scheme in ("Light", "Dark")
        for name, picture in take(language, scheme, scale).items()
    }
    contents = {key: bytes(picture.constBits()) for key, picture in pictures.items()}
    assert len(set(contents.values())) == len(pictures) == 8
    for (_language, scheme, _name), picture in pictures.items():
        assert (picture.pixelColor(2, picture.height() - 2).lightnessF() < 0.5) is (
            scheme == "Dark"
        )


def test_the_same_window_gives_the_same_picture_at_its_scale() -> None:
    once, again, larger = (
        take("en", "Light", "1.0"),
        take("en", "Light", "1.0"),
        take("en", "Light", "1.5"),
    )
    for name in WINDOWS:
        assert once[name] == again[name]
        assert larger[name].width() == pytest.approx(once[name].width() * 1.5, abs=2)
