"""Two wards of a province on a morning: what their tablets sent is there, counted, and partly unhappy."""

from __future__ import annotations

from typing import Any

import pytest

from headquarters.accounts.models import User
from headquarters.alerts.models import Kind
from headquarters.cases import raising, work
from headquarters.cases.models import Case
from headquarters.offices.models import Desk, Office
from headquarters.ratings import settling
from headquarters.ratings.models import Comment
from sync import contract
from sync.contract import WireEvent
from tests.headquarters.alerts.conftest import Bell
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_contacts import CODE, left
from tests.support import FakeTablet, now_ms

DAY_MS = 24 * 60 * 60 * 1000
QUEUE = "Chờ lâu quá, đề nghị mở thêm quầy"
RUDE = "Cán bộ nói to với người già"
ANSWER = "Chúng tôi xin lỗi. Từ thứ Hai, Quầy 3 mở thêm buổi chiều."


class Wards:
    """The province, its wards Thủ Dầu Một and Phú Cường, and a tablet at a desk of each."""

    def __init__(self) -> None:
        self.headquarters = Office26740()
        self.province = Office.objects.create(code="74", name="UBND tỉnh Mẫu", kind="province")
        self.ward, self.sister = (
            Office.objects.create(code=code, name=name, kind="commune", parent=self.province)
            for code, name in (("26740", "UBND phường Thủ Dầu Một"), ("26741", "UBND phường Phú Cường"))
        )
        self.tablet, self.other = self._tablet(self.ward), self._tablet(self.sister)

    def _tablet(self, office: Office) -> FakeTablet:
        made = FakeTablet()
        self.headquarters.place(made, desk=Desk.objects.create(office=office, name="Quầy 3"))
        return made

    def rated(self) -> None:
        """Seven ratings in the ward, two of them ten days old; four in its sister; an unhappy one in each
        says why, and in the ward wants an answer."""
        old = now_ms() - 10 * DAY_MS
        ward, sister = self.tablet, self.other
        self._push(ward, [ward.rating(3, old), ward.rating(3, old), *self._happy(ward, 4)])
        self._push(ward, [ward.rating(1, visit_id="v-1"), _said(ward, QUEUE, CODE), left(ward, visit="v-1")])
        self._push(sister, [*self._happy(sister, 3), sister.rating(1, visit_id="v-1"), _said(sister, RUDE)])
        settling.settle(None)

    def _happy(self, tablet: FakeTablet, n: int) -> list[WireEvent]:
        return [tablet.rating(2 if one else 3) for one in range(n)]

    def _push(self, tablet: FakeTablet, events: list[WireEvent]) -> None:
        self.headquarters.push(tablet, events)

    def unhappy(self) -> None:
        """As ``rated``, while somebody watches: an alert rings in either ward."""
        bells = Bell(self.tablet)
        bells.rule(Kind.LOW_COMMENT)
        self.rated()
        assert len(bells.look()) == 2

    def case(self) -> Case:
        """Made by headquarters itself: its author left a way to be reached."""
        assert raising.catch_up() == 1
        return Case.objects.get()

    def answered(self, handler: User) -> Case:
        """A case with an answer that waits for somebody's approval."""
        case = work.assign(self.case(), handler, by=handler)
        return work.submit(case, ANSWER, by=handler)

    def comment(self, office: Office) -> Comment:
        return Comment.objects.get(office_id=office.pk)


def _said(tablet: FakeTablet, text: str, code: str = "") -> Any:
    body = {"text": text, "topic": "phan-anh", "masked": [], "review": False, "lookup": code}
    return tablet.append(tablet.event(contract.COMMENT, body, visit_id="v-1"))


@pytest.fixture
def wards(clean_events: None) -> Wards:
    return Wards()
