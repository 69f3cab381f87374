"""What the signed log guarantees, and how each guarantee could be broken by a small change."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_CODE = "services/shared"
_TESTS = "tests/shared"


def _mutation(guarantee: str, file: str, old: str, new: str, *tests: str) -> Mutation:
    return Mutation(guarantee, f"{_CODE}/{file}", old, new, tuple(f"{_TESTS}/{test}" for test in tests))


_TREE = [
    _mutation(
        "No missing position is passed over",
        "transparency_log/log_tree.py",
        "if event.id != position:",
        "if False:",
        "transparency_log/test_log_tree.py::test_an_event_that_is_missing_is_not_passed_over",
    ),
    _mutation(
        "The tree grows only from where it was read",
        "transparency_log/log_tree.py",
        "                self._log.tracking.advance(cursor, TREE, previous=before, position=size)\n",
        "",
        "transparency_log/test_log_tree.py::test_of_two_that_integrate_one_wins_and_nothing_is_half_done",
    ),
    _mutation(
        "Events that give another tree are named",
        "transparency_log/log_tree.py",
        "if reached < size or root(size, edge.read_tile) != wanted_root:",
        "if reached < size:",
        "transparency_log/test_log_tree.py::test_a_changed_event_gives_another_tree",
    ),
    _mutation(
        "A tail that is missing is named",
        "transparency_log/log_tree.py",
        "if reached < size or root(",
        "if reached and reached == size and root(",
        "transparency_log/test_log_tree.py::test_a_changed_event_gives_another_tree",
    ),
    _mutation(
        "Nothing is published beyond the tree",
        "transparency_log/log_tree.py",
        "return hashes if len(hashes) == tile.width * HASH_BYTES else None",
        "return hashes",
        "transparency_log/test_log_tree.py::test_what_is_published_is_there_to_its_width_and_no_further",
    ),
]

_SIGNING = [
    _mutation(
        "What is signed begins with what was signed before",
        "transparency_log/signing.py",
        "if signed is not None and signed.root != root(signed.size):",
        "if False:",
        "transparency_log/test_signing.py::test_nothing_is_signed_twice_at_one_size_with_two_roots",
    ),
    _mutation(
        "Nothing shorter than what was signed is signed",
        "transparency_log/signing.py",
        "if signed is not None and signed.size > size:",
        "if False:",
        "transparency_log/test_signing.py::test_a_process_that_died_after_remembering_goes_on",
        "transparency_log/test_signing.py::test_a_second_log_under_the_same_name_is_known",
    ),
    _mutation(
        "What is signed is remembered",
        "transparency_log/signing.py",
        "        self.memory.keep(note)\n",
        "",
        "transparency_log/test_signing.py::test_what_was_signed_is_remembered",
    ),
    _mutation(
        "A log that ends too soon is known",
        "transparency_log/signing.py",
        "if head < signed.size:",
        "if False:",
        "transparency_log/test_signing.py::test_a_tail_that_was_deleted_is_missed",
    ),
    _mutation(
        "Another log of the same name is known",
        "transparency_log/signing.py",
        "if tree.size() >= signed.size and tree.root(signed.size) != signed.root:",
        "if False:",
        "transparency_log/test_signing.py::test_a_second_log_under_the_same_name_is_known",
    ),
    _mutation(
        "Both keys sign while one takes the other's place",
        "transparency_log/signing.py",
        "for signer in self._signers)))",
        "for signer in self._signers[:1])))",
        "transparency_log/test_signing.py::test_while_keys_change_both_sign",
    ),
]

_PUBLISHING = [
    _mutation(
        "The checkpoint is not kept by caches",
        "transparency_log/publication.py",
        "headers = _CHECKPOINT_HEADERS if path == CHECKPOINT_PATH else _TILE_HEADERS",
        "headers = _TILE_HEADERS",
        "transparency_log/test_publication.py::test_tiles_may_be_kept_for_ever_and_the_checkpoint_may_not",
    ),
    _mutation(
        "A folder of another log stays as it is",
        "transparency_log/publication.py",
        "if before is not None and not self._begins_with(before, checkpoint):",
        "if False:",
        "transparency_log/test_publication.py::test_a_folder_of_another_log_or_of_more_of_it_stays_as_it_is",
    ),
    _mutation(
        "A log that was lost is neither worked on nor published",
        "bus/run.py",
        "self._history_holds = self._integrator is None or self._integrator.history_holds()",
        "self._history_holds = self._integrator is None or self._integrator.history_holds() or True",
        "bus/test_integration.py::TestALogThatIsNotTheOneThatWasSigned",
    ),
    _mutation(
        "Events go to auditors only",
        "grpc_server/proof_servicer.py",
        "@query(*AUDITORS)\n    def ReadEvents",
        "@query(ANY_CAPACITY)\n    def ReadEvents",
        "grpc_server/test_proof_servicer.py::test_events_are_for_auditors_and_proofs_for_everybody_known",
    ),
    _mutation(
        "What a service sees of its records goes to auditors only",
        "grpc_server/proof_servicer.py",
        "@query(*AUDITORS)\n    def ReadStates",
        "@query(ANY_CAPACITY)\n    def ReadStates",
        "grpc_server/test_states.py::test_states_are_shown_to_auditors_only",
    ),
    _mutation(
        "A proof is waited for",
        "grpc_server/proof_servicer.py",
        "if checkpoint.size >= position:",
        "if True:",
        "grpc_server/test_proof_servicer.py::test_what_was_recorded_is_proved_as_soon_as_it_is_signed",
    ),
    _mutation(
        "A door does not open on a log that was cut short",
        "grpc_server/proof_servicer.py",
        "if settings is not None:",
        "if False:",
        "grpc_server/test_proof_servicer.py::test_a_door_does_not_open_on_a_log_that_was_cut_short",
    ),
]

MUTATIONS = [*_TREE, *_SIGNING, *_PUBLISHING]
