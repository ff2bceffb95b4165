/* SPDX-License-Identifier: MIT
 *
 * How much is written down: what the program asks for, or HOLDFAST_TRACK in the environment.
 * Knows types, which are told to take the long way; keeps process-wide state: the level, read from
 * the environment before main begins, and unchanged by fork. */
#define _GNU_SOURCE
#include <errno.h>
#include <holdfast/inspect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "track/track.h"

uint32_t hfi_track_level;
uint32_t hfi_track_every = 1;

int
hf_track(unsigned level)
{
    unsigned kind = level & HF_TRACK_KIND_MASK_, every = level >> HF_TRACK_EVERY_SHIFT_;
    if (kind > HF_TRACK_HOLDERS || (every && kind != HF_TRACK_HOLDERS)) {
        errno = EINVAL;
        return -1;
    }
    /* relaxed, twice: see track_is_on. */
    atomic_store_relaxed(&hfi_track_every, every ? every : 1);
    atomic_store_relaxed(&hfi_track_level, kind);
    hfi_types_take_long_way(kind != HF_TRACK_OFF);
    if (kind != HF_TRACK_HOLDERS) hfi_holders_forget_dead();
    return 0;
}

/* Returns the level that the text asks for: "sites", "holders", "holders:64"; or UINT_MAX. */
static unsigned
level_of(const char *text)
{
    if (!*text || !strcmp(text, "off") || !strcmp(text, "0")) return HF_TRACK_OFF;
    if (!strcmp(text, "sites")) return HF_TRACK_SITES;
    if (!strcmp(text, "holders")) return HF_TRACK_HOLDERS;
    const char *colon = strchr(text, ':');
    if (!colon || colon - text != 7 || strncmp(text, "holders", 7)) return UINT32_MAX;
    char *end;
    unsigned long every = strtoul(colon + 1, &end, 10);
    if (*end || colon[1] < '0' || colon[1] > '9' || !every || every > HF_TRACK_MOST_) {
        return UINT32_MAX;
    }
    return HF_TRACK_SAMPLED((unsigned)every);
}

__attribute__((constructor)) static void
read_environment(void)
{
    const char *text = secure_getenv("HOLDFAST_TRACK");
    unsigned level = text ? level_of(text) : HF_TRACK_OFF;
    if (level != UINT32_MAX) {
        if (level != HF_TRACK_OFF) hf_track(level);
        return;
    }
    char message[HFI_MESSAGE_BYTES];
    snprintf(message, sizeof message,
             "holdfast: HOLDFAST_TRACK is \"%.64s\", and may be sites, holders or holders:64",
             text);
    hfi_warn(message);
}
