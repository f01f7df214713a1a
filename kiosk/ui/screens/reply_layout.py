"""Where everything on the reply page stands, and what it says: at rest, and while a field is written in."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import AliasProperty, BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.contact import Place, spaced
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.screens.reply_form import ReplyForm
from kiosk.ui.screens.reply_parts import Between, LeaveReply, NoteLine, PurposeNote, ReplyFoot, ReplyTop
from kiosk.ui.screens.reply_words import caption, example, fault_words, hint
from kiosk.ui.widgets.field import FieldBox
from kiosk.ui.widgets.field_keys import FieldKeyboard

FIELDS = {place.value: place for place in Place}
NARROW = 250
"""Width of a field that waits beside the one written in, design px."""


class ReplyLayout(Screen):
    """The pieces, put anew whenever another field is written in. ``active``: that field, or what a USB
    keyboard stands on; "": none."""

    level = NumericProperty(1)
    left = NumericProperty(30)
    total = NumericProperty(30)
    asking = BooleanProperty(False)
    sending = BooleanProperty(False)
    agreed = BooleanProperty(False)
    guardian = BooleanProperty(False)
    active = StringProperty("")
    purpose = ObjectProperty(None)
    unagreed = BooleanProperty(False)
    writing = AliasProperty(lambda self: self.active in FIELDS, bind=["active"])

    form: ReplyForm

    def make_parts(self) -> None:
        self.boxes = {place: self._box(place) for place in Place}
        self.top_row = ReplyTop(level=self.level)
        self.why = PurposeNote(words=self.purpose.sentence(look.comfort.language))
        self.note = NoteLine()
        self.foot = ReplyFoot()
        self.foot.bind(on_press=lambda _, stop: self.press(stop))
        for part in (self.top_row, self.foot):
            part.bind(on_back=lambda _: self.back(), on_elsewhere=lambda _: self.elsewhere())
        self.question = LeaveReply()
        self.question.bind(on_keep=lambda _: self.keep(), on_leave=lambda _: self.leave())

    def _box(self, place: Place) -> FieldBox:
        box = FieldBox(
            target=f"field-{place.value}",
            draft=self.form.drafts[place],
            example=example(place),
            shown=spaced if place is Place.PHONE else str,
            composed=place is Place.NAME,
        )
        box.bind(on_release=lambda _: self.go(place.value), on_move=lambda _, caret: self.move(caret))
        return box

    @property
    def keyboard(self) -> FieldKeyboard | None:
        """The one that fits what is written in."""
        raise NotImplementedError

    @property
    def ready(self) -> bool:
        """Whether it can be sent."""
        return self.agreed and not self.form.faults

    def arrange(self) -> None:
        """Every piece in its place for what is written in now."""
        for widget in (*self.boxes.values(), self.top_row, self.why, self.note, self.foot, self.question):
            if widget.parent is not None:
                widget.parent.remove_widget(widget)
        self.ids.sheet.clear_widgets()
        for keyboard in self.ids.base.children:
            keyboard.stop()
        self.ids.base.clear_widgets()
        for widget in self._column():
            self.ids.sheet.add_widget(widget)
        if self.keyboard is not None:
            self.ids.base.add_widget(self.keyboard)
            self.begin_word()
        self.show()

    def begin_word(self) -> None:
        """The keyboard may put a capital where a word begins."""
        draft = self.form.drafts[FIELDS[self.active]]
        self.keyboard.begin_word(draft.text[: draft.caret])

    def _column(self) -> list[Widget]:
        """What stands on the page, from the top."""
        if self.asking:
            return [self.top_row, self.question]
        name, phone, email = self.boxes.values()
        if not self.writing:
            return self._at_rest(name, phone, email)
        if not look.portrait:
            return [self.top_row, self._row(name, phone, email), self.note, Widget()]
        why = [self.why] if look.step < 1.3 else []
        return [self.top_row, *why, Widget(), name, phone, email, self.note, Widget()]

    def _at_rest(self, name: FieldBox, phone: FieldBox, email: FieldBox) -> list[Widget]:
        """In low reach all that is touched stands in the lower half, and closer together."""
        if look.comfort.low:
            one_row = not look.portrait
            fields = (
                [self._row(name, phone, email)] if one_row else [name, self._row(phone, Between(), email)]
            )
            return [self.top_row, Widget(), self.why, self.note, Widget(), *fields, self.foot]
        fields = [name, phone, email] if look.portrait else [name, self._row(phone, Between(), email)]
        return [self.top_row, Widget(), self.why, Widget(), *fields, self.note, Widget(), self.foot]

    def _row(self, *widgets: Widget) -> BoxLayout:
        row = BoxLayout(size_hint_y=None, spacing=px(12))
        row.bind(minimum_height=row.setter("height"))
        for widget in widgets:
            row.add_widget(widget)
        return row

    def show(self) -> None:
        """Brings every part up to what is written and ticked."""
        for place, box in self.boxes.items():
            box.active = self.active == place.value
            narrow = self.writing and not look.portrait and not box.active
            box.size_hint_x, box.width = (None, px(NARROW)) if narrow else (1, box.width)
            box.pad = self._pad()
            box.caption = caption(place, short=narrow)
            box.verdict = self.form.verdict(place)
            box.entry.changed()
        self.foot.agreed, self.foot.guardian = self.agreed, self.guardian
        self.foot.asked = self.unagreed and not self.agreed
        self.foot.ready, self.foot.sending = self.ready, self.sending
        self.foot.focus = self.active
        self.note.state, self.note.words = self._said()
        if self.keyboard is not None:
            self.keyboard.show_previews(self.form.drafts[FIELDS[self.active]].preview)

    def _pad(self) -> int:
        """Fields are as tall as there is room: design px above and below their words."""
        if look.step >= 1.4:
            return 12
        return 28 if look.portrait and not self.writing and not look.comfort.low else 20

    def _said(self) -> tuple[str, str]:
        """State and words of the note."""
        if self.sending:
            return "hint", t("Sending. One moment, please.")
        here, wrong = FIELDS.get(self.active), self.form.shown_faults()
        for place, fault in wrong.items():
            if here in (None, place):
                return "wrong", fault_words(fault, self.form.text(place))
        if here is None and self.foot.asked:
            return "wrong", t("Please tick “I agree”: only then may we keep this.")
        if here is None and self.ready:
            return "good", t("Please look once more whether all is right, then touch Send.")
        return "hint", hint(here)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
