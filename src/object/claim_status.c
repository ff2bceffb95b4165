/* SPDX-License-Identifier: MIT
 *
 * The one cell that decides claims: undecided, committed or aborted, once per round; what CLAIMED
 * in a word means. Knows words; keeps process-wide state: the cell, which says aborted at first.
 * Only the collector that holds the lock of the candidates begins and commits; any upgrade may
 * abort. In a forked child the cell says what it said in the parent, whose collector was in no
 * claim then. Argument: docs/internals/collector.md; models/upgrade_against_claim. */
#include "object/object.h"

enum { UNDECIDED, COMMITTED, ABORTED, STATES };

/* The round's number times STATES, plus the state. */
static hf_word_ cell = ABORTED;

static uint64_t
round_of(uint64_t status)
{
    return status - status % STATES;
}

void
hfi_claim_begin(void)
{
    /* relaxed, twice: whoever finds CLAIMED in a word has acquired what was stored before it.
     * pairs with: the acq_rel exchange that sets CLAIMED, collector/claim.c. */
    uint64_t last = atomic_load_relaxed(&cell);
    atomic_store_relaxed(&cell, round_of(last) + STATES + UNDECIDED);
}

bool
hfi_claim_commit(void)
{
    /* relaxed: this thread began the round. acq_rel: what the members' holders wrote happens before
     * their death; pairs with itself in hfi_claim_is_committed. */
    uint64_t status = atomic_load_relaxed(&cell);
    yield_point(commit_follows);
    return status % STATES == UNDECIDED
           && atomic_replace_acq_rel(&cell, &status, round_of(status) + COMMITTED);
}

void
hfi_claim_abort(void)
{
    /* relaxed: this thread began the round, and nobody but it commits.
     * release: for the upgrade that reads it and goes on; pairs with the acquire in
     * hfi_claim_is_committed. */
    uint64_t status = atomic_load_relaxed(&cell);
    atomic_store_release(&cell, round_of(status) + ABORTED);
}

bool
hfi_claim_was_committed(void)
{
    /* acquire: as in hfi_claim_is_committed. */
    return atomic_load_acquire(&cell) % STATES == COMMITTED;
}

bool
hfi_claim_is_committed(void)
{
    /* acquire: a claim that is older than this look is seen in the word that is read next.
     * pairs with: the exchange in hfi_claim_commit. */
    uint64_t status = atomic_load_acquire(&cell);
    while (status % STATES == UNDECIDED) {
        yield_point(abort_follows);
        /* acq_rel: either the collector's commit comes first or this abort; as in
         * hfi_claim_commit. */
        if (atomic_replace_acq_rel(&cell, &status, round_of(status) + ABORTED)) return false;
    }
    return status % STATES == COMMITTED;
}
