"""Which administrative unit an address names, on the day it was written and on a later one."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.domain.premises import AddressInSeveralUnits, UnitNotInForce
from services.registry.domain.unit_register import MergerExtent
from services.registry.read_models.units import ListedUnit, Units
from services.shared.deadline import remaining_seconds
from services.shared.event_store import EventLog

# How long an address waits for units that may have been published a moment ago.
_PATIENCE_SECONDS = 2.0
_DAY = timedelta(days=1)


class Addresses:
    """The units as published, followed from those of a day into those they became."""

    def __init__(self, log: EventLog, units: Units) -> None:
        self._log = log
        self._units = units

    def unit_on(self, code: str, day: date) -> ListedUnit:
        """The unit that bears a code on a day; UnitNotInForce.

        A unit not seen is looked for again once the view shows all that is recorded by now.
        """
        unit = self._units.get_unit(code, day)
        if unit is None:
            self._units.wait_for(self._log.head(), min(_PATIENCE_SECONDS, remaining_seconds()))
            unit = self._units.get_unit(code, day)
        if unit is None:
            raise UnitNotInForce("address.unit_code", code=code, day=day)
        return unit

    def code_on(self, code: str, *, named_on: date, day: date) -> str:
        """The code, on a day, of the unit that ``code`` meant on ``named_on``.

        AddressInSeveralUnits where it was divided: where in it the address lies only a person can say.
        """
        unit = self.unit_on(code, named_on)
        while unit.valid_until is not None and unit.valid_until < day:
            whole = [successor for successor in unit.successors if successor.extent is MergerExtent.WHOLE]
            if unit.successors and not whole:
                candidates = ", ".join(f"{successor.code} {successor.name}" for successor in unit.successors)
                raise AddressInSeveralUnits(code=unit.code, day=unit.valid_until, candidates=candidates)
            unit = self.unit_on(whole[0].code if whole else unit.code, unit.valid_until + _DAY)
        return unit.code
