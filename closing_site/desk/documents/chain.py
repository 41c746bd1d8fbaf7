"""The chain a document stands in: order → delivery → invoice → payment → voucher, both ways.

Each app says in ``chain.py`` what of its own floor belongs to a document of this kind:
``CHAIN = {"order": deliveries_of_order}``, kind → function of (membership, document) that gives
links. It sees lower floors and names documents of its own; so the page of an order, on a low floor,
shows vouchers without knowing them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership
from closing_site.declared import declared
from closing_site.desk.visibility import hidden_kinds, sees_whole_books, with_whole_books
from closing_site.pages.documents import document_url
from closing_site.pages.history import Stage


class Station(Enum):
    """In the order that a sale passes through them."""

    ORDER = _("Order")
    DELIVERY = _("Delivery")
    INVOICE = _("Invoice")
    PAYMENT = _("Payment")
    VOUCHER = _("Voucher")


#: The kind of page → the station at which it stands itself.
OWN_STATION: Final = {
    "order": Station.ORDER,
    "delivery": Station.DELIVERY,
    "invoice": Station.INVOICE,
    "payment": Station.PAYMENT,
    "voucher": Station.VOUCHER,
}


@dataclass(frozen=True)
class Entry:
    """A line of a voucher, in the company's currency."""

    account: str
    name: str
    party: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True)
class Link:
    """A document that this one came from or led to. ``amount`` is what joins the two. Without a
    ``kind`` it is told, and has no page of its own."""

    station: Station
    kind: str
    number: str
    on: date | None
    amount: Decimal | None = None
    currency: str = ""
    note: str | Promise = ""
    text: str | Promise = ""
    entries: Sequence[Entry] = ()


@dataclass(frozen=True)
class Part:
    """The links of one station."""

    station: Station
    links: list[Link] = field(default_factory=list)

    @property
    def title(self) -> str | Promise:
        return self.station.value

    @property
    def slug(self) -> str:
        return self.station.name.lower()


Find = Callable[[Membership, Any], Iterable[Link]]


def chain_of(kind: str, membership: Membership, document: Any) -> list[Part]:
    """What belongs to it, in the order of the chain; stations where there is nothing are left
    out."""
    found = {station: Part(station) for station in Station}
    for by_kind in declared("chain", "CHAIN"):
        find: Find | None = by_kind.get(kind)
        for link in find(membership, document) if find else ():
            found[link.station].links.append(link)
    return [part for part in found.values() if part.links]


def hidden_stations(
    kind: str, membership: Membership, document: Any, parts: Sequence[Part]
) -> frozenset[Station]:
    """Stations of which the member cannot know how far they are: their documents are not shown to
    them."""
    if sees_whole_books(membership) or kind not in OWN_STATION:
        return frozenset()
    kinds = hidden_kinds(membership)
    shown = {part.station for part in parts}
    there = {part.station for part in chain_of(kind, with_whole_books(membership), document)}
    return frozenset(there - shown) | {OWN_STATION[one] for one in kinds}


def stages_of(
    kind: str,
    on: date | None,
    parts: Sequence[Part],
    hidden: frozenset[Station] = frozenset(),
    *,
    is_over: bool = False,
) -> list[Stage]:
    """The way of a sale with the first day of each station; nothing comes after one ``is_over``,
    and what nobody knows of before the document's own is left out, as what is ``hidden``."""
    by_station = {p.station: p for p in parts}
    return list(_stages(OWN_STATION[kind], on, by_station, hidden, is_over))


def _stages(
    own: Station,
    on: date | None,
    parts: dict[Station, Part],
    hidden: frozenset[Station],
    is_over: bool,
) -> Iterator[Stage]:
    ahead, is_before = False, True
    for station in Station:
        is_before = is_before and station is not own
        if station in hidden:
            continue
        links = parts[station].links if station in parts else []
        days = [link.on for link in links if link.on] + ([on] if station is own and on else [])
        if not days and (is_over or is_before):
            continue
        url = document_url(links[0].kind, links[0].number) if len(links) == 1 else ""
        if station is own:
            url = ""
        elif len(links) > 1:
            url = f"#chain-{station.name.lower()}"
        yield Stage(
            title=station.value,
            on=min(days, default=None),
            is_current=not days and not ahead,
            url=url,
        )
        ahead = ahead or not days
