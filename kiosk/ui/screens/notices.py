"""Công khai: what the office publishes, by category, each item with its date; and a search among it.

Categories first, because that is how people ask at a desk. Nothing scrolls: leaves are turned by buttons.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.office import Complaint, Notice, NoticeKind, find
from kiosk.ui.look import look, px, t
from kiosk.ui.notice_plan import LOUD, VALUE, Block, unbroken
from kiosk.ui.screens.notices_search import SearchView
from kiosk.ui.screens.page import Screen
from kiosk.ui.session import Page
from kiosk.ui.widgets.board import FontRuler
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import Pager
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.page_head import BackButton, DoneButton, GoingHome, PageHead
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.qr_code import QrCode
from kiosk.ui.widgets.sheets import Sheets
from kiosk.ui.widgets.text import Text

__all__ = [
    "BackButton",
    "Card",
    "DoneButton",
    "GoingHome",
    "Icon",
    "NoticesScreen",
    "PageHead",
    "Pager",
    "PushButton",
    "QrCode",
    "Sheets",
    "Text",
]

GLYPHS = {
    NoticeKind.HOTLINE: "phone-in-talk-outline",
    NoticeKind.LEADERS: "account-tie-outline",
    NoticeKind.RECEPTION: "calendar-clock-outline",
    NoticeKind.FEES: "cash-multiple",
    NoticeKind.PROCEDURES: "file-document-outline",
    NoticeKind.RULES: "format-list-checks",
    NoticeKind.PORTAL: "web",
    NoticeKind.NEWS: "bullhorn-outline",
}
WARN_S = 10
MANY = 8
FLAT_TAKEN = 16 + 12 + 4  # what a flat tile has beside its words: air, rounding
FLAT_ICON = 64 + 14


def kind_word(kind: NoticeKind) -> str:
    """What a category is called."""
    return {
        NoticeKind.HOTLINE: t("Hotline"),
        NoticeKind.LEADERS: t("Contact the leaders"),
        NoticeKind.RECEPTION: t("Citizen reception hours"),
        NoticeKind.FEES: t("Fees and charges"),
        NoticeKind.PROCEDURES: t("Procedures"),
        NoticeKind.RULES: t("House rules"),
        NoticeKind.PORTAL: t("Public service portal"),
        NoticeKind.NEWS: t("News"),
    }[kind]


def updated(thing: Notice | Complaint) -> str:
    return t("Updated {day}", day=look.words.day(thing.date))


def block_of(notice: Notice) -> Block:
    """A notice as the sheets show it; a hotline can be read from afar."""
    style = LOUD if notice.kind is NoticeKind.HOTLINE else VALUE
    return Block(notice.title, updated(notice), unbroken(notice.rows), style=style)


class Tile(Press, Panel):
    """One category; ``pictured``: with its icon; ``flat``: its icon stands beside its word."""

    glyph = StringProperty("star")
    title = StringProperty("")
    note = StringProperty("")
    factor = NumericProperty(1.2)
    pictured = BooleanProperty(True)
    flat = BooleanProperty(False)


def flat_factor(titles: list[str], columns: int, taken: float) -> float:
    """The text size at which every title has room in a flat tile, ``taken`` px of which are not for words,
    in two lines at most: one for all, so that none looks less than the others."""
    ruler = FontRuler()
    breadth = (look.width / look.unit - 2 * 32 - (columns - 1) * 20) / columns - taken
    factor = look.step
    while factor > 0.75 and any(
        len(ruler.wrap(title, "button", factor, breadth)) > 2
        or max(ruler.width(word, "button", factor) for word in title.split()) > breadth
        for title in titles
    ):
        factor -= 0.05
    return factor


class IndexView(BoxLayout):
    """The categories."""

    owner = ObjectProperty(None)

    def __init__(self, **kwargs: object) -> None:
        self._low = look.comfort.low
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        for kind in NoticeKind:
            notices = self.owner.facts.book.of_kind(kind)
            if notices:
                newest = max(notices, key=lambda notice: notice.date)
                self._add(kind_word(kind), GLYPHS[kind], updated(newest), f"kind-{kind.value}", kind)
        complaint = self.owner.facts.book.complaint
        if complaint is not None:
            # People look for it here, though it is another road.
            title, note = t("Complaints and denunciations"), updated(complaint)
            self._add(title, "scale-balance", note, "elsewhere", None)

        self._size_words()

    def _size_words(self) -> None:
        tiles = self.ids.grid.children
        columns = self.across(len(tiles))
        factor, pictured, flat = max(look.step, 1.2), True, self._low or len(tiles) > MANY
        if flat:
            titles = [tile.title for tile in tiles]
            factor = flat_factor(titles, columns, FLAT_TAKEN + FLAT_ICON)
            # Who asked for large words gets them before pictures.
            pictured = factor > look.step * 0.7
            factor = factor if pictured else flat_factor(titles, columns, FLAT_TAKEN)
        for tile in tiles:
            tile.factor, tile.pictured, tile.flat = factor, pictured, flat

    def _add(self, title: str, glyph: str, note: str, target: str, kind: NoticeKind | None) -> None:
        tile = Tile(title=title, glyph=glyph, note=note, target=target)
        tile.bind(on_release=lambda _: self._open(kind))
        self.ids.grid.add_widget(tile)

    def across(self, count: int) -> int:
        """How many tiles beside each other; in low reach one more where there are many."""
        return (2 if look.portrait else 4) + (count > MANY and self._low)

    def tall(self, count: int, columns: int, foot: int) -> int:
        """Window px so many tiles take, where there is room; in low reach they end below the middle."""
        rows = -(-max(1, count) // columns)
        usual = rows * px(270) - px(20)
        return min(usual, look.height // 2 - foot - px(28 + 24)) if self._low else usual

    def _open(self, kind: NoticeKind | None) -> None:
        if kind is None:
            self.owner.moves.open(Page.ELSEWHERE)
        else:
            self.owner.show_kind(kind)


class NothingView(BoxLayout):
    """The office has published nothing yet."""

    owner = ObjectProperty(None)


class PortalCard(Card):
    """The portal's QR."""

    link = StringProperty("")

    def host(self, link: str) -> str:
        return urlsplit(link).hostname or ""


class KindView(BoxLayout):
    """One category; ``first``: the notice to open at. ``link``: for the QR beside it, "" for none."""

    owner = ObjectProperty(None)
    kind = ObjectProperty(NoticeKind.HOTLINE)
    first = ObjectProperty(None, allownone=True)
    link = StringProperty("")

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block_of(notice) for notice in self.owner.facts.book.of_kind(self.kind))

    @property
    def opening(self) -> Block | None:
        return block_of(self.first) if self.first is not None else None

    @property
    def glyph(self) -> str:
        return GLYPHS[self.kind]

    @property
    def title(self) -> str:
        return kind_word(self.kind)

    def on_kv_post(self, base_widget: object) -> None:
        if not self.link:
            self.ids.body.remove_widget(self.ids.portal)


class NoticesScreen(Screen):
    """Holds one view at a time: categories, a category, or the search. ``left`` of ``total`` seconds until it
    goes home; said only at the end, because whoever reads is not to be hurried."""

    left = NumericProperty(0)
    total = NumericProperty(1)
    warning = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._searched: str | None = None
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        self.show_index()

    def stop(self) -> None:
        """The page leaves the window, and what was searched for with it."""
        super().stop()
        self._searched = None

    def show_left(self, left: int, total: int) -> None:
        self.left, self.total = left, total
        self.warning = 0 < left <= WARN_S * (2 if look.comfort.eased else 1)

    @property
    def holding(self) -> bool:
        """A letter or delete is held."""
        return any(getattr(view, "holding", False) for view in self.children)

    def show_index(self) -> None:
        self._searched = None
        book = self.facts.book
        nothing = not book.notices and book.complaint is None
        self._put(NothingView if nothing else IndexView)

    def show_kind(self, kind: NoticeKind, first: Notice | None = None) -> None:
        link = self.facts.book.portal if kind is NoticeKind.PORTAL else ""
        self._put(KindView, kind=kind, first=first, link=link)

    def show_search(self) -> None:
        """As it was left, when the citizen comes back from what was found."""
        self._put(SearchView, wanted=self._searched or "")

    def back(self) -> None:
        """From a category: to the search it was found by, else to the categories."""
        if self._searched is not None:
            self.show_search()
        else:
            self.show_index()

    # -- for the search ----------------------------------------------------------------------------------

    def found(self, wanted: str) -> tuple[Notice, ...]:
        """Everything, until something is wanted."""
        self._searched = wanted
        return find(self.facts.book, wanted, kind_word) if wanted.strip() else self.facts.book.notices

    def describe(self, notice: Notice) -> tuple[str, str]:
        """Icon and the line under the title of something found."""
        return GLYPHS[notice.kind], f"{kind_word(notice.kind)} · {updated(notice)}"

    def _put(self, view: type[BoxLayout], **state: object) -> None:
        """A view begins at the size it will have, so that it settles in fewer steps."""
        super().stop()
        self.clear_widgets()
        self.add_widget(view(owner=self, size=self.size, pos=self.pos, **state))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
