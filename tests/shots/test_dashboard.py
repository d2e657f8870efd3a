"""Pictures of the dashboard, left in build/shots for people to look at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.shots.take_dashboard import PICTURES

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "shots"


def take(language: str, scheme: str, scale: str) -> dict[str, QImage]:
    """Take the pictures in an interpreter of their own; return them by what they show."""
    folder = SHOTS / f"{language}-{scheme.lower()}-{scale}"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.shots.take_dashboard", str(folder), language, scheme]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "TZ": "UTC"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    return {name: QImage(str(folder / f"dashboard-{name}.png")) for name in PICTURES}


@pytest.mark.parametrize("scale", ["1.0", "1.5"])
def test_language_and_scheme_change_what_is_seen(scale: str) -> None:
    pictures = {
        (language, scheme, name): picture
        for language in ("en", "ja")
        for scheme in ("Light", "Dark")
        for name, picture in take(language, scheme, scale).items()
    }
    assert not any(picture.isNull() for picture in pictures.values())
    contents = {key: bytes(picture.constBits()) for key, picture in pictures.items()}
    assert len(set(contents.values())) == len(pictures) == 4 * len(PICTURES)
    for (_language, scheme, name), picture in pictures.items():
        dark = picture.pixelColor(2, picture.height() - 2).lightnessF() < 0.5
        assert dark is (scheme == "Dark"), name


def test_the_same_state_gives_the_same_picture() -> None:
    assert take("en", "Light", "1.0") == take("en", "Light", "1.0")
