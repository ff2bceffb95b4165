/* SPDX-License-Identifier: MIT
 *
 * Documents: files as counted bytes, from the cache or the disk.
 * Knows configurations.
 * Whoever sends one holds it, so that it may leave the cache meanwhile. */
#ifndef SERVER_DOCUMENT_H
#define SERVER_DOCUMENT_H

#include "config.h"

enum { DOCUMENT_BYTES_MOST = 1 << 20 };

/* Returns the document of this name, as c says where. Owner: the caller. NULL and errno: EINVAL
 * when the name is not that of a file in the root, EFBIG when it is too large, ENOMEM, or what the
 * system says. */
hf_buffer *document_get(hf_cache *cache, config *c, const char *name, size_t length) HF_GIVE;

#endif
