"""Which version of a set of norms is in force on which day: one stream per set, on which adoptions meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.support.domain.norm_refusals import NormsOverlap, SupersededNormsNotInForce
from services.support.domain.norms import Norms

__all__ = ["NormsRegister"]


@dataclass(frozen=True)
class Validity:
    """First and last day of a version; no last day where it has no end."""

    valid_from: date
    valid_until: date | None

    def overlaps(self, other: Validity) -> bool:
        """Whether some day belongs to both."""
        return self.valid_from <= (other.valid_until or date.max) and other.valid_from <= (self.valid_until or date.max)


class NormsRegister(Record):
    """The adopted versions of one set of norms (sổ hiệu lực định mức); on one day at most one is in force."""

    TOPIC = "support:NormsRegister"

    class Event(Record.Event):
        """Something that happened to a register (sự kiện của sổ hiệu lực định mức)."""

    class Opened(Event, Record.Created):
        """The register of a set was opened for its first adopted version (mở sổ hiệu lực định mức)."""

        TOPIC = "support:NormsRegister.Opened"
        code: str

        def sentence(self) -> str:
            return f"Mở sổ hiệu lực của bộ định mức {self.code}."

    Created = Opened

    class Entered(Event):
        """A version was entered with the days it is in force (ghi hiệu lực định mức)."""

        TOPIC = "support:NormsRegister.Entered"
        norms_version: int
        valid_from: date
        valid_until: date | None

        def sentence(self) -> str:
            until = f" đến {self.valid_until:%d/%m/%Y}" if self.valid_until else ""
            return f"Ghi hiệu lực phiên bản {self.norms_version} từ {self.valid_from:%d/%m/%Y}{until}."

    class Shortened(Event):
        """A version's last day was brought forward (rút ngắn hiệu lực định mức)."""

        TOPIC = "support:NormsRegister.Shortened"
        norms_version: int
        last_day: date

        def sentence(self) -> str:
            return f"Rút ngắn hiệu lực phiên bản {self.norms_version} đến hết {self.last_day:%d/%m/%Y}."

    @staticmethod
    def create_id(code: str) -> UUID:
        """The register of a set."""
        return uuid5(NAMESPACE_URL, f"nscl:support:norms-register:{code}")

    @recorded_by(Opened)
    def __init__(self, act: Act, code: str) -> None:
        self.code = code
        self.validities: Mapping[int, Validity] = {}

    @classmethod
    def open(cls, act: Act, code: str) -> Self:
        """A register without any version."""
        return cls(act=act, code=code)

    def enter(self, act: Act, norms: Norms) -> None:
        """A version is adopted; the one it supersedes has been shortened before.

        Raises NormsOverlap.
        """
        wanted = Validity(norms.valid_from, norms.valid_until)
        for other_version, validity in self.validities.items():
            if validity.overlaps(wanted):
                raise NormsOverlap(code=self.code, norms_version=norms.norms_version, other_version=other_version)
        self._entered(
            act=act, norms_version=norms.norms_version, valid_from=norms.valid_from, valid_until=norms.valid_until
        )

    @recorded_by(Entered)
    def _entered(self, act: Act, norms_version: int, valid_from: date, valid_until: date | None) -> None:
        self.validities = {**self.validities, norms_version: Validity(valid_from, valid_until)}

    def last_day_before(self, norms: Norms, superseded_version: int) -> date | None:
        """The day on which the version that these norms supersede has to end; None where it has ended by then.

        Raises SupersededNormsNotInForce.
        """
        validity = self.validities.get(superseded_version)
        if validity is None or validity.valid_from >= norms.valid_from:
            raise SupersededNormsNotInForce(code=self.code, norms_version=superseded_version, on=norms.valid_from)
        last_day = norms.valid_from - timedelta(days=1)
        return last_day if validity.valid_until is None or validity.valid_until > last_day else None

    def shorten(self, act: Act, *, norms_version: int, last_day: date) -> None:
        """A version ends early, as its own record has agreed to."""
        self._shortened(act=act, norms_version=norms_version, last_day=last_day)

    @recorded_by(Shortened)
    def _shortened(self, act: Act, norms_version: int, last_day: date) -> None:
        shortened = Validity(self.validities[norms_version].valid_from, last_day)
        self.validities = {**self.validities, norms_version: shortened}
