from __future__ import annotations

import os
import signal

import pytest

from mailwright.cli.interrupt import stop_on_interrupt, told_when_left
from mailwright.errors import MailwrightError


def test_the_first_interrupt_is_a_wish_and_the_second_ends_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with stop_on_interrupt() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        assert "Stopping after this step" in capfd.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_leaves_is_told_what_becomes_of_the_server() -> None:
    with pytest.raises(MailwrightError) as caught, told_when_left("mx1", 601):
        raise KeyboardInterrupt
    assert caught.value.code == "cli.left"
    assert "within 11 min" in (caught.value.remedy or "")
    assert "mailwright history mx1" in (caught.value.remedy or "")
