"""What each tablet shall go by: wishes of everybody, of offices, of groups, of one tablet; signed.

A tablet's own wishes weigh more than its groups' (of several, the last by name), those more than its
office's, those more than the offices' above, those more than everybody's. A list replaces a list. A document
is issued when what it says differs from the last one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from headquarters import sealing, signing
from headquarters.offices.models import Office
from headquarters.tablets import deeds
from headquarters.tablets.deeds import Actor
from headquarters.tablets.models import Deed, IssuedConfiguration, Tablet, TabletGroup, WishList
from headquarters.wire import plain
from sync.configuration import LARGEST_VERSION, Configuration, Document, encode_payload, parse, sign
from sync.wishes import MOST_ITEMS, BadWish, Improved, Wishes, read_wishes, wishes_as_plain

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose wishes: one of the three, or none of them for everybody."""

    office: Office | None = None
    group: TabletGroup | None = None
    tablet: Tablet | None = None


EVERYBODY = Place()
PUBLISHED = "published"
"""A wish to headquarters itself, true or false: what the tablet's office has published goes onto its idle
screen. It is resolved into ``improved`` and stands in no document: the wire knows nothing of it."""
publications: list[Callable[[Office], list[Improved]]] = []
"""Who knows what an office has published: rooms above, in their apps.py. Few items, the newest first."""


def publish(place: Place, wishes: Wishes, actor: Actor, note: str = "") -> tuple[WishList, int]:
    """These are the place's wishes from now on; (the entry, how many tablets get a new document).

    All of it or nothing: raises BadWish when the wishes of several places do not go together.
    """
    text = json.dumps(wishes_as_plain(wishes), sort_keys=True, ensure_ascii=False)
    with transaction.atomic():
        made = WishList.objects.create(
            office=place.office,
            group=place.group,
            tablet=place.tablet,
            wishes=text,
            note=plain(note, 200),
            author=actor,
        )
        issued = 0
        for tablet in tablets_of(place):
            if issue(tablet):
                deeds.note(tablet.pk, Deed.Kind.CONFIGURED, f"{tablet.config_issued}", actor)
                issued += 1
    return made, issued


def roll_back(old: WishList, actor: Actor) -> tuple[WishList, int]:
    """A new entry equal to an old one: versions only rise."""
    return publish(Place(old.office, old.group, old.tablet), wishes_of(old), actor, f"= {old.pk}")


def wishes_of(entry: WishList | None) -> Wishes:
    """The wishes of an entry; none of a place that has none."""
    return read_wishes(json.loads(entry.wishes)) if entry else Wishes()


def history(place: Place) -> list[WishList]:
    """The entries of a place, the one in force first."""
    return list(_entries(place).select_related("author").order_by("-pk")[:50])


def in_force(place: Place) -> WishList | None:
    """The place's latest entry."""
    return _entries(place).order_by("-pk").first()


def _entries(place: Place) -> QuerySet[WishList]:
    return WishList.objects.filter(office=place.office, group=place.group, tablet=place.tablet)


def tablets_of(place: Place, which: Q | None = None) -> list[Tablet]:
    """The tablets that a place's wishes reach (``which`` of them), without revoked ones."""
    live = Tablet.objects.filter(which or Q(), revoked_at=None).select_related("desk__office")
    if place.tablet is not None:
        return list(live.filter(pk=place.tablet.pk))
    if place.group is not None:
        return [one for one in live.filter(groups=place.group) if _reaches(place.group, one)]
    if place.office is None:
        return list(live)
    return [one for one in live if one.desk and place.office in _line(one.desk.office)]


def effective(tablet: Tablet) -> Wishes:
    """All wishes that reach the tablet, the nearest winning."""
    together: dict[str, Any] = {}
    for entry in _reaching(tablet):
        together |= json.loads(entry.wishes)
    return _resolved(tablet, together)


def preview(tablet: Tablet, place: Place, wishes: Wishes) -> Wishes:
    """What ``effective`` would be with ``wishes`` at ``place``."""
    together: dict[str, Any] = {}
    entries = {_key(entry): json.loads(entry.wishes) for entry in _reaching(tablet)}
    office_id = place.office.pk if place.office else None
    group_id = place.group.pk if place.group else None
    entries[office_id, group_id, place.tablet.pk if place.tablet else None] = wishes_as_plain(wishes)
    for key in _order(tablet):
        together |= entries.get(key, {})
    return _resolved(tablet, together)


def _resolved(tablet: Tablet, together: dict[str, Any]) -> Wishes:
    """As the tablet gets them: with what its office has published behind what was written by hand."""
    wanted = together.pop(PUBLISHED, False)
    wishes = read_wishes(together)
    if wanted is not True or tablet.desk is None:
        return wishes
    found = [item for of in publications for item in of(tablet.desk.office)]
    if not found:
        return wishes
    return replace(wishes, improved=(*(wishes.improved or ()), *found)[:MOST_ITEMS])


def refresh(office: Office) -> int:
    """What this office has published is another: for its tablets, how many get a new document."""
    placed = Tablet.objects.filter(revoked_at=None, desk__office=office).select_related("desk__office")
    return sum(issue_if_possible(tablet) for tablet in placed)


def issue(tablet: Tablet, anew: bool = False) -> bool:
    """Sign a new document if what it says has changed since the last; whether it did.

    ``anew``: the key has changed. A tablet of which nobody ever wished anything has no document, while no key
    is to be announced, sealed to or renewed either.
    """
    with transaction.atomic():
        locked = (
            Tablet.objects.select_for_update()
            .only("config_version", "key_id", "renew_asked_at")
            .get(pk=tablet.pk)
        )
        last = IssuedConfiguration.objects.filter(tablet=tablet).order_by("-version").first()
        said = parse(last.payload) if last else None
        wanted = _wanted(locked, said, effective(tablet))
        version = last.version if last else 0
        if version < (has := locked.config_version or 0) < LARGEST_VERSION:
            version, anew = has, True  # put back from a backup: versions only rise, or it would never ask
        if not anew and wanted == _said(locked, said):
            return False
        _sign(tablet, version + 1, wanted)
    return True


def issue_if_possible(tablet: Tablet, anew: bool = False) -> bool:
    """As ``issue``, where wishes that do not go together (a desk moved below another office) must not
    stop the caller: the tablet then keeps its last document, and the log says why."""
    try:
        return issue(tablet, anew)
    except BadWish as error:
        log.error("tablet %s keeps its configuration: %s", tablet.pk, error)
        return False


def issue_all(anew: bool = False) -> int:
    """For every tablet; how many got a new document."""
    return sum(issue_if_possible(tablet, anew) for tablet in tablets_of(EVERYBODY))


def overtake() -> int:
    """New documents for tablets that work by a newer one than headquarters knows of: it was put back from a
    backup, and what it has forgotten must not stay in force unseen. How many."""
    ahead = Q(config_version__gt=F("config_issued"), config_version__lt=LARGEST_VERSION)
    return sum(issue_if_possible(one) for one in tablets_of(EVERYBODY, ahead))


def newer(tablet: Tablet, have_version: int) -> Document | None:
    """The tablet's newest document, if it has not got it. What changed unnoticed (a desk moved to another
    office) is signed now."""
    issue_if_possible(tablet)
    found = (
        IssuedConfiguration.objects.filter(tablet=tablet, version__gt=have_version)
        .order_by("-version")
        .first()
    )
    if found is None:
        return None
    return Document(payload=found.payload, key_id=found.key_id, signature=found.signature)


def behind() -> list[Tablet]:
    """Tablets that do not yet work by their newest document, so far as they have said."""
    live = Tablet.objects.filter(revoked_at=None, config_issued__gt=0).select_related("desk__office")
    return [one for one in live if (one.config_version or 0) < one.config_issued]


@dataclass(frozen=True, slots=True)
class _Says:
    """What a document says, beside its number and its day."""

    wishes: Wishes = field(default_factory=Wishes)
    next_key: str = ""
    sealing_key: str = ""
    renew_key: str = ""


def _wanted(tablet: Tablet, said: Configuration | None, wishes: Wishes) -> _Says:
    """What the tablet's newest document has to say. Whoever was told a sealing key once is told the present
    one for good, even when the old files are gone: without it the tablet would seal to its enrolment's."""
    told_before = said is not None and bool(said.sealing_key)
    return _Says(
        wishes=wishes,
        next_key=signing.next_public_key(),
        sealing_key=sealing.public_key() if told_before or sealing.was_rotated() else "",
        renew_key=tablet.key_id if tablet.renew_asked_at else "",
    )


def _said(tablet: Tablet, said: Configuration | None) -> _Says:
    """What its last document says to the tablet as it is now: the id of a key that has ended says nothing,
    so that a renewed tablet needs no document that takes the wish back."""
    if said is None:
        return _Says()
    asked = said.renew_key if said.renew_key == tablet.key_id else ""
    return _Says(said.wishes, said.next_key, said.sealing_key, asked)


def _sign(tablet: Tablet, version: int, says: _Says) -> None:
    signer = signing.signer()
    payload = encode_payload(
        Configuration(
            version=version,
            tablet_id=str(tablet.pk),
            issued_ms=round(timezone.now().timestamp() * 1000),
            next_key=says.next_key,
            sealing_key=says.sealing_key,
            renew_key=says.renew_key,
            wishes=says.wishes,
        )
    )
    document = sign(payload, signer.key_id, signer.sign)
    IssuedConfiguration.objects.create(
        tablet=tablet,
        version=version,
        payload=payload,
        key_id=document.key_id,
        signature=document.signature,
    )
    tablet.config_issued = version
    tablet.save(update_fields=["config_issued"])


_Key = tuple[int | None, int | None, Any]


def _key(entry: WishList) -> _Key:
    return entry.office_id, entry.group_id, entry.tablet_id


def _order(tablet: Tablet) -> list[_Key]:
    """(office, group, tablet) of each place that reaches it, the farthest first."""
    offices = reversed(_line(tablet.desk.office)) if tablet.desk else ()
    groups = [one.pk for one in tablet.groups.order_by("name", "pk") if _reaches(one, tablet)]
    return [
        (None, None, None),
        *((office.pk, None, None) for office in offices),
        *((None, group, None) for group in groups),
        (None, None, tablet.pk),
    ]


def _reaches(group: TabletGroup, tablet: Tablet) -> bool:
    """A tablet that has left the offices of a group's people is no longer theirs to configure."""
    if group.office_id is None:
        return True
    return tablet.desk is not None and group.office_id in {office.pk for office in _line(tablet.desk.office)}


def _reaching(tablet: Tablet) -> Iterable[WishList]:
    """The entry in force of every place that reaches the tablet, the farthest first."""
    order = _order(tablet)
    offices = [office for office, _group, _tablet in order if office is not None]
    groups = [group for _office, group, _tablet in order if group is not None]
    everybody = Q(office=None, group=None, tablet=None)
    near = everybody | Q(office__in=offices) | Q(group__in=groups) | Q(tablet=tablet)
    newest = (
        WishList.objects.filter(near).values("office_id", "group_id", "tablet_id").annotate(newest=Max("pk"))
    )
    entries = WishList.objects.filter(pk__in=[row["newest"] for row in newest])
    found = {_key(entry): entry for entry in entries}
    return [found[key] for key in order if key in found]


def _line(office: Office) -> list[Office]:
    """The office and all above it."""
    line = [office]
    while line[-1].parent is not None and line[-1].parent not in line:
        line.append(line[-1].parent)
    return line
