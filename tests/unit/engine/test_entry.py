from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from mailwright.engine.entry import EntryHead, entry_files, new_id, pack, stage_files
from mailwright.model.plan import Plan, Step
from tests.unit.engine.sandbox import Sandbox, writing

if TYPE_CHECKING:
    from pathlib import Path

SECRET = b"tr0ub4dor"


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


def test_no_content_of_a_file_is_part_of_the_entry(tmp_path: Path) -> None:
    plan = Plan("mx1", (writing(tmp_path / "a", SECRET),))
    files = entry_files(plan, EntryHead("id", "me@here", "T"))
    assert all(SECRET not in content for content in files.values())
    assert stage_files(plan) == {"01/0": SECRET}
    assert {"who", "title", "window", "runner.sh", "steps/01/do", "steps/01/undo"} <= set(files)


def test_names_of_entries_sort_by_time() -> None:
    names = [new_id(moment) for moment in (1.5, 1.501, 2.0, 1_764_000_000.25)]
    assert names == sorted(names)
    assert names[-1].startswith("20251124T160000.250Z-")


def test_an_archive_holds_files_for_root_alone() -> None:
    with tarfile.open(fileobj=io.BytesIO(pack({"a/b": b"x"}))) as archive:
        member = archive.getmembers()[0]
    assert (member.name, member.mode, member.size) == ("a/b", 0o600, 1)


def test_a_confirmed_entry_leaves_its_work(box: Sandbox, tmp_path: Path) -> None:
    box.bring(writing(tmp_path / "one", b"1"), writing(tmp_path / "two", b"2"))
    box.say("confirm")
    assert box.run("apply") == 0
    assert box.state == "confirmed"
    assert box.events == ["step\t01", "done\t01", "step\t02", "done\t02", "applied", "confirmed"]
    assert (tmp_path / "one").read_bytes() == b"1"
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o640
    assert not box.lock.is_symlink()
    assert not box.stage.exists()


def test_a_failing_step_takes_all_of_them_back_last_first(box: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"old")
    (tmp_path / "one").chmod(0o600)
    box.bring(
        writing(tmp_path / "one", b"1"), writing(tmp_path / "two", b"2", do="echo no; exit 7")
    )
    assert box.run("apply") == 1
    assert box.state == "undone"
    assert box.events[3:] == ["failed\t02\t7", "undoing", "undone\t02", "undone\t01", "undone"]
    assert (tmp_path / "one").read_bytes() == b"old"
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "two").exists()
    assert (box.entry / "steps/02/out").read_text() == "no\n"
    assert not box.stage.exists()


def test_a_server_that_changed_meanwhile_is_left_as_it_is(box: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "one"
    target.write_bytes(b"changed meanwhile")
    box.bring(writing(target, b"1", guard=f"expect {target} absent || exit 1"))
    assert box.run("apply") == 1
    assert box.events == ["step\t01", "refused\t01", "undoing", "undone"]
    assert target.read_bytes() == b"changed meanwhile"


def test_without_a_word_everything_goes_back(box: Sandbox, tmp_path: Path) -> None:
    box.window = 0
    box.bring(writing(tmp_path / "one", b"1"))
    assert box.run("apply") == 1
    assert box.events[-4:] == ["unconfirmed", "undoing", "undone\t01", "undone"]
    assert not (tmp_path / "one").exists()


def test_stopped_is_a_state_from_which_it_goes_on(box: Sandbox, tmp_path: Path) -> None:
    stop = f"touch {box.entry}/stop"
    box.bring(writing(tmp_path / "one", b"1", do=stop), writing(tmp_path / "two", b"2"))
    assert box.run("apply") == 0
    assert box.state == "stopped"
    assert not (tmp_path / "two").exists()
    assert box.lock.is_symlink()
    box.say("confirm")
    assert box.run("apply") == 0
    assert box.state == "confirmed"
    assert (tmp_path / "two").read_bytes() == b"2"


def test_a_confirmed_entry_can_go_back_later(box: Sandbox, tmp_path: Path) -> None:
    box.bring(writing(tmp_path / "one", b"1"))
    box.say("confirm")
    box.run("apply")
    box.take_lock()
    assert box.run("undo") == 0
    assert box.state == "undone"
    assert not (tmp_path / "one").exists()


def test_what_somebody_changed_since_stays_and_is_named(box: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "one"
    box.bring(writing(target, b"1"))
    box.say("confirm")
    box.run("apply")
    target.write_bytes(b"mine now")
    box.take_lock()
    box.run("undo")
    assert box.state == "left"
    assert f"left\t01\tchanged-since\t{target}" in box.events
    assert target.read_bytes() == b"mine now"


def test_a_step_that_was_cut_off_goes_back_and_keeps_what_it_finds(
    box: Sandbox, tmp_path: Path
) -> None:
    target = tmp_path / "one"
    target.write_bytes(b"old")
    box.bring(
        writing(
            target,
            b"1",
            do="kill -9 $(cut -d ' ' -f 4 /proc/$PPID/stat) $PPID $$",
        )
    )
    assert box.run("apply") != 0
    assert (box.entry / "steps/01/state").read_text().strip() == "running"
    assert box.run("undo") == 0
    assert target.read_bytes() == b"old"
    assert (box.entry / "steps/01/saved/1.replaced").read_bytes() == b"1"


def test_two_runners_never_work_on_one_entry(box: Sandbox, tmp_path: Path) -> None:
    inner = f"sh {box.entry}/runner.sh undo {box.entry} 9>&-; echo $?"
    box.bring(writing(tmp_path / "one", b"1", do=inner))
    box.say("confirm")
    assert box.run("apply") == 0
    assert (box.entry / "steps/01/out").read_text() == "75\n"


def test_a_folder_gets_its_mode_back(box: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    step = Step(
        "folder",
        "Open",
        ":",
        (str(folder),),
        f"chmod 755 {folder}",
        f"give_back_or_leave {folder}",
        (),
    )
    box.bring(step, writing(tmp_path / "two", b"2", do="exit 1"))
    assert box.run("apply") == 1
    assert folder.stat().st_mode & 0o777 == 0o700


def test_links_are_saved_and_given_back(box: Sandbox, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    box.bring(writing(link, b"1", do="exit 1"))
    assert box.run("apply") == 1
    assert box.state == "undone"
    assert str(link.readlink()) == "nowhere"


def test_a_refused_plan_restarts_nothing(box: Sandbox, tmp_path: Path) -> None:
    box.bring(writing(tmp_path / "one", b"1", guard="exit 1"))
    (box.entry / "reload-undo").write_text(f"touch {tmp_path}/restarted\n")
    box.run("apply")
    assert box.state == "undone"
    assert not (tmp_path / "restarted").exists()


def test_a_step_whose_state_was_lost_goes_back(box: Sandbox, tmp_path: Path) -> None:
    box.bring(writing(tmp_path / "one", b"1"))
    box.say("confirm")
    box.run("apply")
    (box.entry / "steps/01/state").write_bytes(b"")
    box.take_lock()
    assert box.run("undo") == 0
    assert not (tmp_path / "one").exists()


def test_a_journal_that_cannot_be_written_takes_everything_back(
    box: Sandbox, tmp_path: Path
) -> None:
    blocked = f"mkdir -p {box.entry}/steps/01/.after/x"
    box.bring(writing(tmp_path / "one", b"1", do=blocked))
    assert box.run("apply") == 1
    assert box.state in {"undone", "left"}
    assert any(line.startswith("failed\t01") for line in box.events)
    assert not (tmp_path / "one").exists()
