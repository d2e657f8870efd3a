"""Pictures of every window, left in build/shots for people to look at."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "shots"
WINDOWS = (
    "empty",
    "check",
    "connect",
    "connect-errors",
    "host-key",
    "host-key-changed",
    "found",
    "submission",
    "route-service",
    "route",
    "names",
    "volume",
    "proof",
    "review",
    "plan",
    "progress",
    "result",
    "result-end",
    "servers",
    "history",
    "failure",
    "crash",
)
MOVING = {"history", "progress"}
"""Entries have random names, and how far work has come in the moment of the picture differs."""


@cache
def take(language: str, scheme: str, scale: str, again: str = "") -> dict[str, QImage]:
    """Take the pictures in an interpreter of their own; return them by window."""
    folder = SHOTS / f"{language}-{scheme.lower()}-{scale}{again}"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.shots.take", str(folder), language, scheme]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "TZ": "UTC"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    return {name: QImage(str(folder / f"{name}.png")) for name in WINDOWS}


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
    assert len(set(contents.values())) == len(pictures) == 4 * len(WINDOWS)
    for (_language, scheme, name), picture in pictures.items():
        dark = picture.pixelColor(2, picture.height() - 2).lightnessF() < 0.5
        assert dark is (scheme == "Dark"), name


def test_the_same_window_gives_the_same_picture_at_its_scale() -> None:
    once, again, larger = (
        take("en", "Light", "1.0"),
        take("en", "Light", "1.0", "-again"),
        take("en", "Light", "1.5"),
    )
    for name in set(WINDOWS) - MOVING:
        assert once[name] == again[name], name
        # A window is at most as large as the screen, which at this scale holds less.
        assert larger[name].width() > once[name].width(), name
