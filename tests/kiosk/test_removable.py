"""USB sticks: found in a made-up tree; written on real small file systems that fill up and are torn away."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import removable
from kiosk.removable import RemovableError, Stick, sticks, the_stick, write_safely


def tree(root: Path, *mounts: str, fixed: tuple[str, ...] = ()) -> None:
    """A root with these lines in /proc/mounts and the disks sda (fixed), sdb and loop7 (removable)."""
    (root / "proc").mkdir(parents=True)
    (root / "proc/mounts").write_text("".join(f"{line}\n" for line in mounts))
    for disk, part in (("sda", "sda1"), ("sdb", "sdb1"), ("loop7", "")):
        (root / "sys/block" / disk / part).mkdir(parents=True)
        (root / "sys/block" / disk / "removable").write_text("0\n" if disk == "sda" else "1\n")


def test_a_stick_is_found_by_what_the_kernel_says_of_it(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "/dev/sda1 / ext4 rw 0 0",
        "/dev/sda1 /mnt/data ext4 rw 0 0",
        "/dev/sdb1 /boot/efi vfat rw 0 0",
        "tmpfs /run/media tmpfs rw 0 0",
        "/dev/sdb1 /media/kiosk/KINGSTON\\0408GB vfat rw,nosuid 0 0",
        "/dev/loop7 /mnt/stick vfat ro,nosuid 0 0",
        "garbage",
    )
    assert sticks(tmp_path) == [
        Stick(tmp_path / "media/kiosk/KINGSTON 8GB", "KINGSTON 8GB", False),
        Stick(tmp_path / "mnt/stick", "stick", True),
    ]
    assert the_stick(tmp_path).name == "KINGSTON 8GB"


def test_a_usb_disk_counts_though_it_calls_itself_fixed(tmp_path: Path) -> None:
    tree(tmp_path, "/dev/sdc1 /media/disk ext4 rw 0 0")
    real = tmp_path / "sys/devices/pci0000:00/usb2/2-1/block/sdc"
    (real / "sdc1").mkdir(parents=True)
    (real / "removable").write_text("0\n")
    (tmp_path / "sys/block/sdc").symlink_to(real)
    assert [stick.name for stick in sticks(tmp_path)] == ["disk"]


def test_no_stick_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(RemovableError) as caught:
        the_stick(tmp_path)
    assert caught.value.reason == "none"


def test_a_file_is_written_and_its_progress_told(tmp_path: Path) -> None:
    told: list[int] = []
    chunks = [b"a" * 700_000, b"", b"b" * 700_000, b"c"]
    assert write_safely(tmp_path / "day.csv", chunks, told.append) == 1_400_001
    assert (tmp_path / "day.csv").read_bytes() == b"".join(chunks)
    assert told == [1_400_000, 1_400_001]
    assert os.listdir(tmp_path) == ["day.csv"]


def test_what_was_there_stays_until_the_new_file_is_whole(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_bytes(b"yesterday's")

    def chunks() -> Iterator[bytes]:
        yield b"x" * 2_000_000
        assert (tmp_path / "day.csv").read_bytes() == b"yesterday's"
        raise LookupError("the database broke")

    with pytest.raises(LookupError):
        write_safely(tmp_path / "day.csv", chunks(), lambda _: None)
    assert (tmp_path / "day.csv").read_bytes() == b"yesterday's"
    assert os.listdir(tmp_path) == ["day.csv"]


def test_a_stick_that_keeps_something_else_is_called_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "day.csv").write_bytes(b"yesterday's")

    def spoil(*_: int) -> None:
        (tmp_path / ".day.csv.part").write_bytes(b"zeros")

    monkeypatch.setattr(os, "posix_fadvise", spoil)
    with pytest.raises(RemovableError) as caught:
        write_safely(tmp_path / "day.csv", [b"ones"], lambda _: None)
    assert caught.value.reason == "differs"
    assert (tmp_path / "day.csv").read_bytes() == b"yesterday's"
    assert os.listdir(tmp_path) == ["day.csv"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENODEV, "gone"), (errno.EROFS, "read_only"), (errno.EDQUOT, "full"), (errno.EMFILE, "failed")],
)
def test_errors_are_named_by_what_one_can_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(removable, "_sync_all", refuse)
    with pytest.raises(RemovableError) as caught:
        write_safely(tmp_path / "day.csv", [b"x"], lambda _: None)
    assert caught.value.reason == reason


class Mounted:
    """A file system of 1 MB on a loop device, as ext4 is on a stick."""

    def __init__(self, folder: Path) -> None:
        self.image, self.path = folder / "stick.img", folder / "stick"
        self.path.mkdir()
        self.image.write_bytes(bytes(1 << 20))
        self._run("mkfs.ext4", "-q", "-F", str(self.image))
        self._run("mount", "-o", "loop", str(self.image), str(self.path))

    def tear_away(self) -> None:
        """What the kernel sees when a stick is pulled: from now on every access fails."""
        descriptor = os.open(self.path, os.O_RDONLY)
        fcntl.ioctl(descriptor, 0x8004587D, struct.pack("I", 2))  # EXT4_IOC_SHUTDOWN, nothing is flushed
        os.close(descriptor)

    def remount(self, how: str) -> None:
        self._run("mount", "-o", f"remount,{how}", str(self.path))

    def unmount(self) -> None:
        self._run("umount", "-l", str(self.path))

    @staticmethod
    def _run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Mounted]:
    try:
        made = Mounted(tmp_path)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    yield made
    if made.path.is_mount():
        made.unmount()


def test_a_full_stick_keeps_what_it_had(stick: Mounted) -> None:
    write_safely(stick.path / "day.csv", [b"yesterday's"], lambda _: None)
    with pytest.raises(RemovableError) as caught:
        write_safely(stick.path / "day.csv", [b"x" * 100_000] * 20, lambda _: None)
    assert caught.value.reason == "full"
    assert (stick.path / "day.csv").read_bytes() == b"yesterday's"
    assert sorted(os.listdir(stick.path)) == ["day.csv", "lost+found"]


def test_a_read_only_stick_is_named(stick: Mounted) -> None:
    stick.remount("ro")
    with pytest.raises(RemovableError) as caught:
        write_safely(stick.path / "day.csv", [b"x"], lambda _: None)
    assert caught.value.reason == "read_only"


def test_a_stick_pulled_while_it_is_written_is_named(stick: Mounted) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 1000
        stick.tear_away()
        yield b"y" * 1000

    with pytest.raises(RemovableError) as caught:
        write_safely(stick.path / "day.csv", chunks(), lambda _: None)
    assert caught.value.reason == "gone"


def test_nothing_lands_on_the_tablets_own_disk_when_the_stick_goes(stick: Mounted) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x"
        stick.unmount()

    with pytest.raises(RemovableError) as caught:
        write_safely(stick.path / "day.csv", chunks(), lambda _: None)
    assert caught.value.reason == "gone"
    assert os.listdir(stick.path) == []


def test_writing_twice_gives_one_file(stick: Mounted) -> None:
    for _ in range(2):
        write_safely(stick.path / "day.csv", [b"the same"], lambda _: None)
    stick.unmount()
    Mounted._run("mount", "-o", "loop", str(stick.image), str(stick.path))
    assert (stick.path / "day.csv").read_bytes() == b"the same"
