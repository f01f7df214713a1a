"""Every page is good by keyboard: Tab reaches all that can be used, is never trapped, and comes round; where
it stands is ringed and in sight; and the first stop of a page leads past the rail to its content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page as Window
from playwright.sync_api import TimeoutError

from headquarters.accounts.roles import Role
from headquarters.offices.models import Office
from headquarters.reports import jobs
from headquarters.reports.models import File
from tests.headquarters.web.conftest import PASSWORD, Visitor
from tests.headquarters.web.every_page import Page, Staff, answers, browser, full, pages
from tests.headquarters.web.people import Person, Somebody, Typist, deeds, somebody
from tests.headquarters.web.test_axe import arrive, different, in_language, office, previews, shut_doors
from tests.headquarters.web.wards import Wards, wards

__all__ = ["office", "somebody", "wards"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_events"),
    pytest.mark.screen_only,
]

ROWS = 3
"""So many rows of a table or a list are walked: the others are made of the same."""
LOOK = """rows => {
  // A page that puts the focus into its first field: from its very beginning all the same.
  if (document.activeElement !== document.body) {
    const top = document.createElement('i');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
  }
  for (const one of document.querySelectorAll('main details:not(.pick)')) one.open = true;
  for (const many of document.querySelectorAll('main tbody, main ul, main ol, main fieldset'))
    for (const one of [...many.children].slice(rows)) if (!one.matches('legend')) one.remove();
  const usable = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const seen = one => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length;
  const never = ':disabled, [type=hidden], [tabindex="-1"]:not(a, button, input, select, textarea, summary)';
  const all = [...document.querySelectorAll(usable)].filter(one => seen(one) && !one.matches(never));
  // Of the radio buttons of one name only the chosen one is a stop, or the first.
  const alike = (one, other) => other.type === 'radio' && other.name === one.name && other.form === one.form;
  const radios = one => one.type === 'radio' ? all.filter(other => alike(one, other)) : [one];
  window.stopOf = one => {
    const group = radios(one);
    return group.find(other => other.checked) ?? group[0];
  };
  window.stops = [...new Set(all.map(one => all.indexOf(stopOf(one))))].map(one => all[one]);
  return {
    stops: stops.map(called),
    in_main: stops.map(one => !!one.closest('main')),
    rail: !!document.querySelector('.rail'),
    ahead: stops.filter(one => one.tabIndex > 0).map(called),
  };
}"""
AT = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const stop = stops.indexOf(stopOf(at)), box = at.getClientRects()[0];
  if (!box) return {stop, name: called(at), amiss: 'is nowhere on the page'};
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const top = document.elementFromPoint(x, y);
  if (!top || !(at.contains(top) || top.contains(at) && !top.matches('html, body')))
    return {stop, name: called(at), amiss: 'is covered or off the screen'};
  const rings = [at, ...(at.labels ?? []), at.closest('.card')].filter(one => one && ring(one) >= 2);
  if (!rings.length) return {stop, name: called(at), amiss: 'has no ring'};
  return {stop, name: called(at), amiss: rings.some(whole) ? '' : 'has a ring that is cut off'};
}"""
HELP = """
window.called = one => [one.tagName.toLowerCase(), one.id && '#' + one.id,
  '“' + (one.labels?.[0]?.innerText || one.getAttribute('aria-label') || one.innerText || one.name || '')
  .trim().replace(/\\s+/g, ' ').slice(0, 40) + '”'].join('');
window.ring = one => {
  const style = getComputedStyle(one);
  return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
};
// Two pixels of it to be seen on all four sides, whatever scrolls or cuts off around it.
window.whole = one => {
  const style = getComputedStyle(one), out = parseFloat(style.outlineOffset) + 2;
  return [...one.getClientRects()].every(box => {
    const [left, right, top, bottom] = [box.left - out, box.right + out, box.top - out, box.bottom + out];
    for (let over = one.parentElement; over && over !== document.body; over = over.parentElement) {
      const {overflowX, overflowY} = getComputedStyle(over), edge = over.getBoundingClientRect();
      const [l, t] = [edge.left + over.clientLeft, edge.top + over.clientTop];
      if (overflowX !== 'visible' && (left < l - .5 || right > l + over.clientWidth + .5)) return false;
      if (overflowY !== 'visible' && (top < t - .5 || bottom > t + over.clientHeight + .5)) return false;
    }
    return left >= -.5 && right <= document.documentElement.clientWidth + .5;
  });
};
"""


BEGUN = """() => {
  const at = document.activeElement;
  const good = at.matches('main :is([aria-invalid=true], [autofocus], .error[role=alert], .wrong *)');
  if (!good) return `begins at ${called(at)}`;
  return [at, ...(at.labels ?? [])].some(one => ring(one) >= 2) ? '' : `has no ring around ${called(at)}`;
}"""


class Found(NamedTuple):
    """What LOOK tells: every stop by its words, and which of them stand in the content."""

    stops: list[str]
    in_main: list[bool]
    rail: bool
    ahead: list[str]


def opened(office: Office, staff: Staff) -> Iterator[tuple[Page, Client, bytes]]:
    """Every page, who looks at it, and what stands there."""
    for _name, page in pages(office, staff):
        client, path = browser(page, "vi"), in_language(page.path, "vi")
        answer = client.get(path)
        if full(answer):
            yield page._replace(path=path), client, answer.content


def test_tab_goes_through_all_of_every_page(office: Office, visitor: Visitor) -> None:
    staff = Staff("vi")
    shown = [page for page, _client, _content in opened(office, staff)]
    shown += [Page(path, answer=given) for path, given in (*previews(office, staff), *shut_doors("vi"))]
    visitor.page.add_init_script(HELP)
    walked: set[str] = set()
    amiss = []
    for page in different(shown):
        arrive(visitor, page, "vi")
        amiss += [f"{page.path}: {fault}" for fault in faults(visitor.page, page.session in walked)]
        walked.add(page.session)
    assert amiss == [], "\n".join(["", *amiss])


def test_a_refused_form_begins_where_it_is_wrong(office: Office, visitor: Visitor) -> None:
    refused = [
        page._replace(path=to, answer=answer)
        for page, client, content in opened(office, Staff("vi"))
        for to, answer in answers(client, page.path, content)
        if answer.status_code == HTTPStatus.BAD_REQUEST
    ]
    visitor.page.add_init_script(HELP)
    amiss = []
    for page in different(refused):
        arrive(visitor, page, "vi")
        if fault := visitor.page.evaluate(BEGUN):
            amiss.append(f"{page.path} {fault}")
    assert amiss == [], "\n".join(["", *amiss])
    assert len(different(refused)) > 20, "as they lie there, most forms lack something"


def faults(window: Window, rail_is_known: bool) -> list[str]:
    """The rail of one person is the same on every page: it is walked once."""
    found = Found(**window.evaluate(LOOK, ROWS))
    amiss = [f"{one} is ahead of its turn" for one in found.ahead]
    window.keyboard.press("Tab")
    first = window.evaluate(AT)
    if first is None or first["stop"] != 0 or not found.stops[0].startswith("a“Chuyển đến nội dung chính"):
        return [*amiss, f"the first stop is {first} and not the way to the content"]
    amiss += [f"{first['name']} {first['amiss']}"] if first["amiss"] else []
    if found.rail and rail_is_known:
        amiss += skip(window)
        return amiss + walk(window, found, {n for n, inside in enumerate(found.in_main) if not inside})
    amiss += walk(window, found, {0})
    if window.evaluate(AT) is None:
        window.keyboard.press("Tab")
    return amiss + skip(window)


def skip(window: Window) -> list[str]:
    """By the first stop into the content."""
    window.keyboard.press("Enter")
    try:
        window.locator("main#main:focus").wait_for(timeout=2000)
    except TimeoutError:
        return ["the way to the content does not lead there"]
    return []


def walk(window: Window, found: Found, reached: set[int]) -> list[str]:
    """On with Tab until it comes round."""
    amiss = []
    for _step in range(3 * len(found.stops) + 20):
        window.keyboard.press("Tab")
        at = window.evaluate(AT)
        if at is None or at["stop"] == 0:
            break
        reached.add(at["stop"])
        if at["amiss"]:
            amiss.append(f"{at['name']} {at['amiss']}")
    else:
        amiss.append("Tab never came round")
    return amiss + [f"{one} is not reached" for n, one in enumerate(found.stops) if n not in reached]


# Work without a mouse ---------------------------------------------------------------------------------------


def at_work(person: Person) -> Typist:
    """In at the door."""
    typist = Typist(person.page)
    person.window.go()
    person.page.wait_for_function("document.activeElement.id === 'id_username'")
    typist.type(person.name)
    typist.tab_to("Mật khẩu")
    typist.type(PASSWORD)
    typist.follow("Đăng nhập")
    person.sees_heading("Tổng quan")
    return typist


def led(person: Person, typist: Typist, *ways: tuple[str, str]) -> None:
    """By a link to the page with a heading, and on to its content."""
    for link, heading in ways:
        typist.follow(link)
        person.sees_heading(heading)
        typist.skip()


def refused(person: Person, words: str) -> None:
    """Sees why. The browser notes that the server said no."""
    person.sees(words)
    assert all("400 (Bad Request)" in one for one in person.window.complaints)
    person.window.complaints.clear()


def test_two_offices_become_one_by_keyboard(wards: Wards, somebody: Somebody) -> None:
    wards.rated()
    Office.objects.update(valid_from=timezone.localdate() - dt.timedelta(days=400))
    son = somebody("son", Role.SYSTEM_ADMIN)
    typist = at_work(son)
    led(son, typist, ("Đơn vị", "Đơn vị"), ("Hợp nhất", "Hợp nhất đơn vị"))
    typist.follow("Xem trước")
    refused(son, "Vui lòng điền mục này.")
    assert typist.at() == "UBND phường Thủ Dầu Một", "where something is missing"
    typist.press("Space")
    assert typist.tab_to("UBND phường Phú Cường") == 1
    typist.press("Space")
    typist.tab_to("Trở thành")
    typist.choose("UBND phường Thủ Dầu Một")
    typist.follow("Xem trước")
    son.sees("Xem trước: từ", "Những quầy nào")
    assert typist.at().startswith("Xem trước: từ"), "at what was asked for"
    typist.follow("Những quầy nào")
    son.sees("UBND phường Phú Cường, Quầy 3")
    assert typist.tab_to("Đồng ý thực hiện") <= 2
    typist.enter()
    son.sees_heading("UBND phường Thủ Dầu Một")
    wards.sister.refresh_from_db()
    assert wards.sister.valid_to is not None
    assert deeds("son") == ["office.merged"]
    son.was_quiet()


def test_a_configuration_is_published_by_keyboard(wards: Wards, somebody: Somebody) -> None:
    tam = somebody("tam", Role.OFFICE_ADMIN, wards.ward)
    typist = at_work(tam)
    led(tam, typist, ("Máy tính bảng", "Máy tính bảng"), ("Cấu hình", "Cấu hình"))
    typist.tab_to("Mức thấp nhất gọi là")
    typist.choose("Không hài lòng")
    typist.tab_to("Số giây không chạm")
    typist.type("2")
    typist.follow("Xem trước")
    refused(tam, "từ 5 đến 300")
    assert typist.at().startswith("Số giây không chạm"), "where it is wrong"
    typist.press("Control+a")
    typist.type("30")
    typist.follow("Xem trước")
    tam.sees("Xem trước: 1 máy sẽ nhận", "Không hài lòng")
    assert typist.at().startswith("Xem trước: 1 máy"), "at what was asked for"
    typist.tab_to("Lý do")
    typist.type("Theo chỉ đạo của phường")
    assert typist.tab_to("Ban hành") == 1
    typist.enter()
    tam.sees("Đã ban hành.", "Theo chỉ đạo của phường")
    assert deeds("tam") == ["tablet.configured"]
    tam.was_quiet()


def test_a_report_is_asked_for_and_taken_by_keyboard(
    wards: Wards, somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is being written while the files are made is not taken from under the hands."""
    wards.rated()
    asked: list[int] = []
    monkeypatch.setattr(jobs, "begin", lambda job: asked.append(job.pk))
    tam = somebody("tam", Role.OFFICE_ADMIN, wards.ward)
    typist = at_work(tam)
    led(tam, typist, ("Báo cáo", "Báo cáo"), ("Lập báo cáo", "Lập báo cáo"))
    typist.tab_to("Một ngày trong kỳ")
    typist.type("01011999")
    typist.follow("Lập dự thảo")
    refused(tam, "Không có lượt đánh giá nào ở thời gian ấy.")
    assert typist.at() == "Một ngày trong kỳ", "where it is wrong"
    typist.type(f"{timezone.localdate():%m%d%Y}")
    typist.follow("Lập dự thảo")
    tam.sees("Đang lập báo cáo")
    typist.skip()
    typist.tab_to("Khó khăn")
    typist.type("Máy ở Quầy 3 hỏng")
    jobs.run(asked[0])
    tam.sees("Xin lưu phần đang viết", "Hiện ngay")
    typist.type(" hai ngày.")
    typist.follow("Lưu")
    tam.sees("Đã lưu.", "Đang lập báo cáo")
    jobs.run(asked[1])
    tam.sees("Xem PDF")
    typist.skip()
    typist.tab_to("Word")
    with tam.page.expect_download() as coming:
        typist.enter()
    file = File.objects.get(form="docx")
    assert coming.value.path().read_bytes() == bytes(file.content)
    assert file.version.texts.difficulties == "Máy ở Quầy 3 hỏng hai ngày."
    tam.was_quiet()


def test_escape_closes_what_opens(wards: Wards, somebody: Somebody) -> None:
    wards.rated()
    binh = somebody("binh", Role.LEADER, wards.province)
    typist = at_work(binh)
    box = binh.page.locator("details.pick").first
    typist.skip()
    typist.follow("Đơn vị:")
    typist.tab_to("Kênh")
    typist.press("Escape")
    assert box.get_attribute("open") is None
    assert typist.at().startswith("Đơn vị:"), "back where it was opened"
    typist.enter()
    typist.tab_to("Khoảng thời gian:")
    assert box.get_attribute("open") is None, "it would cover what comes next"
    binh.page.set_viewport_size({"width": 390, "height": 844})
    binh.page.reload()
    typist.tab_to("Trình đơn")
    typist.press("Space")
    typist.tab_to("Số liệu")
    typist.press("Escape")
    assert typist.at() == "Trình đơn"
    assert not binh.page.locator(".rail nav").is_visible()
