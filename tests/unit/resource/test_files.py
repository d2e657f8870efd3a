from __future__ import annotations

import shlex
from dataclasses import astuple

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.plan import Action
from mailwright.model.server import Facts, FileState, Observation
from mailwright.resource.files import SECRET, Files, Item, fingerprint

FACTS = Facts("debian", "12")
PASSWORD = "tr0ub4dor"


def files(*items: Item) -> Files:
    return Files("tables", "Write", "needed", items)


def seen(states: dict[str, FileState], texts: dict[str, str | None] | None = None) -> Observation:
    return Observation(FACTS, files=states, texts=texts or {})


def test_nothing_to_do_where_every_path_is_as_desired() -> None:
    items = (Item("/d", 0o755), Item("/d/f", content=b"x"), Item("/gone", absent=True))
    states = {item.path: item.state for item in items}
    assert files(*items).step(seen(states), after_packages=False) is None


@pytest.mark.parametrize(
    "state",
    [
        FileState(),
        Item("/f", 0o600, content=b"x").state,
        Item("/f", owner="mail", content=b"x").state,
        Item("/f", content=b"y").state,
    ],
)
def test_content_mode_and_owner_each_make_a_difference(state: FileState) -> None:
    step = files(Item("/f", content=b"x")).step(seen({"/f": state}), after_packages=False)
    assert step is not None
    assert step.saves == ("/f",)
    assert step.blobs == (b"x",)
    assert fingerprint(state) in step.guard.replace("'", "")
    assert step.do.startswith('put /f 644 root:root "$stage/0"')


def test_a_secret_is_in_the_blob_alone() -> None:
    item = Item("/s", 0o600, content=PASSWORD.encode(), secret=True)
    resource = files(item)
    step = resource.step(seen({"/s": Item("/s", content=b"old").state}), after_packages=False)
    assert step is not None
    assert step.blobs == (PASSWORD.encode(),)
    texts = [text for text in astuple(step) if text != step.blobs]
    assert PASSWORD not in repr(texts)
    assert (step.changes[0].before, step.changes[0].after) == (SECRET, SECRET)
    assert "/s" not in resource.wants().texts


def test_paths_are_given_back_in_reverse_order() -> None:
    step = files(Item("/d"), Item("/d/f", content=b"x")).step(
        seen({"/d": FileState(), "/d/f": FileState()}), after_packages=False
    )
    assert step is not None
    assert step.undo == "give_back_or_leave /d/f /d"


def test_what_may_not_be_there_is_removed() -> None:
    present = {"/f": Item("/f", content=b"x").state}
    step = files(Item("/f", absent=True)).step(seen(present, {"/f": "x"}), after_packages=False)
    assert step is not None
    assert step.do.startswith("rm -f -- /f")
    assert (step.changes[0].action, step.changes[0].before) == (Action.REMOVE, "x")


@pytest.mark.parametrize(("item", "kind"), [(Item("/p", content=b""), "dir"), (Item("/p"), "link")])
def test_what_is_somebody_elses_is_never_overwritten(item: Item, kind: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        files(item).step(seen({"/p": FileState(kind, 0o755, "root", "root")}), after_packages=False)
    assert caught.value.code == "plan.not-ours"


def test_opaque_content_is_shown_as_its_size() -> None:
    assert Item("/t", content=bytes(2048), opaque=True).shown() == "2048 B"


def test_a_mode_that_differs_is_shown_as_such() -> None:
    step = files(Item("/f", 0o600, content=b"x")).step(
        seen({"/f": Item("/f", 0o644, content=b"x").state}), after_packages=False
    )
    assert step is not None
    assert (step.changes[0].before, step.changes[0].after) == ("644 root:root", "600 root:root")


def test_each_content_reaches_its_own_path() -> None:
    items = (
        Item("/d", 0o755),
        Item("/gone", absent=True),
        Item("/d/one", content=b"1"),
        Item("/d/same", content=b"s"),
        Item("/d/two", 0o600, "mail", "adm", b"2"),
    )
    states = dict.fromkeys(("/d", "/d/one", "/d/two"), FileState())
    states |= {"/gone": Item("/gone", content=b"x").state, "/d/same": items[3].state}
    step = files(*items).step(seen(states), after_packages=False)
    assert step is not None
    assert step.do.splitlines() == [
        "make_dir /d 755 root:root || exit 1",
        "rm -f -- /gone || exit 1",
        'put /d/one 644 root:root "$stage/0" || exit 1',
        'put /d/two 600 mail:adm "$stage/1" || exit 1',
    ]
    assert step.blobs == (b"1", b"2")
    assert step.saves == ("/d", "/gone", "/d/one", "/d/two")


def test_names_are_words_of_the_shell_and_nothing_more() -> None:
    evil = "/d/$(touch x); it's `y`"
    step = files(Item(evil, content=b"x")).step(seen({evil: FileState()}), after_packages=False)
    assert step is not None
    assert step.saves == (evil,)
    for text in (step.guard, step.do, step.undo):
        assert evil in shlex.split(text)


def test_what_a_person_reads_is_bounded_and_readable() -> None:
    content = b"\xff\n" + b"x" * 10_000
    item = Item("/f", content=content)
    old = Item("/f", content=b"old").state
    step = files(item).step(seen({"/f": old}, {"/f": "y" * 10_000}), after_packages=False)
    assert step is not None
    change = step.changes[0]
    assert change.after is not None
    assert change.before is not None
    assert change.after.startswith("\\xff\n")
    assert len(change.after) < 5_000
    assert len(change.before) < 5_000
    assert (change.action, change.why) == (Action.CHANGE, "needed")


@pytest.mark.parametrize("gone", [False, True])
def test_a_secret_that_comes_or_goes_is_not_shown(*, gone: bool) -> None:
    old = Item("/s", content=b"old-secret").state
    item = (
        Item("/s", secret=True, absent=True)
        if gone
        else Item("/s", 0o600, content=PASSWORD.encode(), secret=True)
    )
    state = {"/s": old if gone else FileState()}
    step = files(item).step(seen(state, {"/s": "old-secret"}), after_packages=False)
    assert step is not None
    assert "old-secret" not in repr(step)
    assert PASSWORD not in repr(step) + repr(item)
    expected = (SECRET, None) if gone else (None, SECRET)
    assert (step.changes[0].before, step.changes[0].after) == expected
