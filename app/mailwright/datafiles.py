"""Find the data files of `resources/`: in a checkout, in an installed wheel, in a frozen bundle."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def data_path(relative: str) -> Path:
    """Return the path of a data file or folder, named as below `resources/` (`"relays/x.toml"`).

    Raises FileNotFoundError when this copy of the program lacks it.
    """
    path = _root() / relative
    if not path.exists():
        raise FileNotFoundError(f"data file missing from this installation: {path}")
    return path


def data_files(folder: str, pattern: str = "*.toml") -> list[Path]:
    """Return the files of a data folder that match the pattern, by name.

    Raises FileNotFoundError when this copy of the program lacks the folder.
    """
    return sorted(path for path in data_path(folder).glob(pattern) if path.is_file())


@cache
def _root() -> Path:
    return find_root(Path(__file__).resolve().parent)


def find_root(package: Path) -> Path:
    """Return the data folder that belongs to the package folder.

    A wheel carries the data as `mailwright/_resources`, and so does a frozen bundle, where
    `__file__` points into the unpacked bundle. In a checkout it is `resources/` beside `app/`.
    Raises FileNotFoundError when there is neither.
    """
    for candidate in (package / "_resources", package.parent.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"no data folder belongs to {package}")
