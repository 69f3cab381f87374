"""Which logs are known, and which witnesses must have cosigned a checkpoint that counts: https://c2sp.org/tlog-policy.

log nscl.example.vn/support+9d6b1f1a+AU3q… https://nscl.example.vn/log/support
witness STC stc.example.vn/witness+1f0a7c2e+BKd0… https://stc.example.vn/witness
witness TTT ttt.example.vn/witness+82b1e0c4+BD2p…
group witnesses 1 STC TTT
quorum witnesses
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.errors import Malformed, Unsigned
from services.shared.transparency_log.notes import Algorithm, Note, Verifier

MAX_POLICY_BYTES = 1_000_000
NO_QUORUM = "none"


@dataclass(frozen=True)
class KnownLog:
    """A log by one of its keys, whose name is the log's origin, and where it is published."""

    key: Verifier
    url: str | None = None


@dataclass(frozen=True)
class KnownWitness:
    """A witness by the name that only this policy gives it, and where it takes checkpoints."""

    name: str
    key: Verifier
    url: str | None = None


@dataclass
class Policy:
    """What somebody who checks a log trusts. A log whose key is being changed has two keys for a time."""

    logs: list[KnownLog] = field(default_factory=list)
    witnesses: list[KnownWitness] = field(default_factory=list)
    groups: dict[str, tuple[int, Sequence[str]]] = field(default_factory=dict)
    quorum: str = ""

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy in a file. Raises Malformed, naming the line."""
        policy = cls()
        for number, line in enumerate(text.split("\n"), 1):
            words = re.split(r"[ \t]+", line.strip(" \t"))
            if words == [""] or words[0].startswith("#"):
                continue
            try:
                policy._take(*words)
            except (Malformed, TypeError, ValueError) as error:
                raise Malformed(f"line {number} of the policy, {line[:60]!r}: {error}") from error
        if not policy.quorum:
            raise Malformed("the policy has no line with its quorum")
        return policy

    @property
    def origins(self) -> list[str]:
        """The names of the logs, each once."""
        return list(dict.fromkeys(log.key.name for log in self.logs))

    def keys_of(self, origin: str) -> list[Verifier]:
        """The keys of one log."""
        return [log.key for log in self.logs if log.key.name == origin]

    def url_of(self, origin: str) -> str | None:
        """Where a log is published, if the policy says so."""
        return next((log.url for log in self.logs if log.key.name == origin and log.url), None)

    def accepted(self, note: Note, origin: str) -> Checkpoint:
        """The checkpoint in a note which the log and a quorum of witnesses have signed.

        Raises Malformed, SignatureInvalid, or Unsigned where a signature is wanting.
        """
        note.must_be_signed_by(self.keys_of(origin))
        signed = note.signed_by(witness.key for witness in self.witnesses)
        names = {witness.name for witness in self.witnesses if witness.key in signed}
        if not self._has_witnessed(self.quorum, names):
            who = ", ".join(sorted(names)) or "none"
            raise Unsigned(f"too few witnesses cosigned the checkpoint of {origin}: {who}")
        return Checkpoint.of_note(note, origin)

    def _has_witnessed(self, name: str, signed: set[str]) -> bool:
        if name == NO_QUORUM:
            return True
        if name not in self.groups:
            return name in signed
        threshold, members = self.groups[name]
        return sum(self._has_witnessed(member, signed) for member in members) >= threshold

    def _take(self, keyword: str, *words: str) -> None:
        """One line; TypeError when it has too many or too few words."""
        takes: Mapping[str, object] = {
            "log": self._take_log,
            "witness": self._take_witness,
            "group": self._take_group,
            "quorum": self._take_quorum,
        }
        take = takes.get(keyword)
        if not callable(take):
            raise Malformed("it begins with none of log, witness, group, quorum")
        take(*words)

    def _take_log(self, key: str, url: str | None = None) -> None:
        verifier = _new_key(key, Algorithm.ED25519, [log.key for log in self.logs])
        self.logs.append(KnownLog(verifier, url))

    def _take_witness(self, name: str, key: str, url: str | None = None) -> None:
        self._must_be_new(name)
        verifier = _new_key(key, Algorithm.COSIGNATURE, [witness.key for witness in self.witnesses])
        self.witnesses.append(KnownWitness(name, verifier, url))

    def _take_group(self, name: str, threshold: str, *members: str) -> None:
        self._must_be_new(name)
        taken = [member for _, others in self.groups.values() for member in others]
        for member in members:
            self._must_be_known(member)
            if member in taken or members.count(member) > 1:
                raise Malformed(f"{member} is a member already")
        least = {"any": 1, "all": len(members)}.get(threshold) or int(threshold)
        if not 1 <= least <= len(members):
            raise Malformed(f"{threshold} of {len(members)} cannot be")
        self.groups[name] = (least, members)

    def _take_quorum(self, name: str) -> None:
        if self.quorum:
            raise Malformed("there is a quorum already")
        if name != NO_QUORUM:
            self._must_be_known(name)
        self.quorum = name

    def _is_known(self, name: str) -> bool:
        return name in self.groups or any(witness.name == name for witness in self.witnesses)

    def _must_be_new(self, name: str) -> None:
        if name == NO_QUORUM or self._is_known(name):
            raise Malformed(f"the name {name} is taken")

    def _must_be_known(self, name: str) -> None:
        if not self._is_known(name):
            raise Malformed(f"nothing above is named {name}")


def _new_key(text: str, algorithm: Algorithm, known: Sequence[Verifier]) -> Verifier:
    verifier = Verifier.parse(text)
    if verifier.algorithm is not algorithm:
        raise Malformed(f"the key of {verifier.name} is not of the kind that is used here")
    if any(verifier.public_key == other.public_key for other in known):
        raise Malformed(f"the key of {verifier.name} is there already")
    return verifier
