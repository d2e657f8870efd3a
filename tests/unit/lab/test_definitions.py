from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import definitions
from tests.lab.errors import LabError


def test_each_release_has_a_bare_and_a_mail_image() -> None:
    assert definitions.load().images() == ["deb12", "deb12-mail", "deb13", "deb13-mail"]
    assert definitions.release_of("deb13-mail") == "deb13"


@pytest.mark.parametrize("image", ["", "deb14", "deb12-web", "peer"])
def test_an_image_that_is_not_defined_is_refused(image: str) -> None:
    with pytest.raises(LabError, match="there are: deb12, "):
        definitions.release_of(image)


def test_the_mirror_offers_what_the_mail_image_has() -> None:
    for release in definitions.load().suites:
        assert set(definitions.load().mail) <= set(definitions.load().offered(release))


def test_a_changed_definition_makes_another_folder() -> None:
    base = definitions.base_folder("deb12", "trusted")
    assert base == definitions.base_folder("deb12", "trusted")
    assert base != definitions.base_folder("deb12", "trusted differently")
    assert base != definitions.base_folder("deb13", "trusted")
    one = definitions.layer_folder("deb12-mail", base, ("postfix",))
    assert one != definitions.layer_folder("deb12-mail", base, ("postfix", "opendkim"))
    assert one != definitions.layer_folder("deb12-mail", Path("/x/deb12-other"), ("postfix",))
