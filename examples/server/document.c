/* SPDX-License-Identifier: MIT
 *
 * Documents: files as counted bytes, from the cache or the disk.
 * Knows configurations, and files.
 * While one thread reads a file, others that want it wait for that one: hf_cache_load_by sees to
 * it. */
#include "document.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES_MOST = 200 };

static bool
is_good_name(const char *name, size_t length)
{
    if (!length || length > NAME_BYTES_MOST || *name == '.') return false;
    for (size_t i = 0; i < length; i++) {
        if (name[i] <= ' ' || name[i] == '/' || name[i] == 0x7f) return false;
    }
    return true;
}

/* Returns how long the file is; -1 and errno if it is none to be served. */
static off_t
length_of(int file)
{
    struct stat state;
    if (fstat(file, &state)) return -1;
    if (S_ISREG(state.st_mode) && state.st_size <= DOCUMENT_BYTES_MOST) return state.st_size;
    errno = S_ISREG(state.st_mode) ? EFBIG : EINVAL;
    return -1;
}

/* Fills the buffer; a file that became shorter meanwhile makes a shorter document. */
static int
fill(hf_buffer *document, int file)
{
    size_t filled = 0;
    while (filled < document->length) {
        ssize_t got = read(file, document->bytes + filled, document->length - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        filled += (size_t)got;
    }
    document->length = filled;
    return 0;
}

static hf_buffer *
read_document(int file)
{
    off_t length = length_of(file);
    hf_auto hf_buffer *document = length < 0 ? NULL : hf_buffer_new((size_t)length);
    if (!document || fill(document, file)) return NULL;
    return hf_move(document);
}

static void *
load(hf_key name, void *ctx)
{
    const config *c = ctx;
    char path[CONFIG_TEXT_BYTES + NAME_BYTES_MOST + 2];
    snprintf(path, sizeof path, "%s/%.*s", c->root, (int)name.length, name.is.bytes);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return NULL;
    hf_buffer *document = read_document(file);
    int reason = errno;
    close(file);
    errno = reason;
    return document;
}

hf_buffer *
document_get(hf_cache *cache, config *c, const char *name, size_t length)
{
    if (!is_good_name(name, length)) {
        errno = EINVAL;
        return NULL;
    }
    return hf_cache_load_by(cache, hf_key_string(name, length), load, c);
}
