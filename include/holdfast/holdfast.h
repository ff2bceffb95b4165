/* SPDX-License-Identifier: MIT
 *
 * Holdfast: ownership for C. This header brings everything; one header per concept lies beside it.
 *
 *     typedef struct generator generator;
 *
 *     typedef struct analyzer {
 *         char      *source;                          plain memory that the object owns
 *         generator *reporter;                        a strong edge
 *     } analyzer;
 *
 *     struct generator {
 *         hf_weak(analyzer) owner;                    a weak reference back
 *         FILE *out;
 *     };
 *
 *     HF_DECLARE(analyzer);                           in the header
 *     HF_DECLARE(generator);
 *
 *     HF_TYPE(analyzer, .fields = HF_FIELDS(HF_OWNED(analyzer, source, free),
 *                                           HF_STRONG(analyzer, reporter)));
 *     HF_TYPE(generator, .destroy = generator_close,
 *                        .fields = HF_FIELDS(HF_WEAK(generator, owner)));
 *
 *     int run(const char *path)
 *     {
 *         hf_auto analyzer *a = hf_new(analyzer);     released at the end of the scope
 *         if (!a) return -1;                          out of memory: NULL, errno ENOMEM
 *         hf_auto generator *g = hf_new(generator);
 *         if (!g) return -1;
 *         if (hf_weak_set(&g->owner, a)) return -1;
 *         hf_set(a, reporter, g);                     retains g, releases what was there
 *         ...
 *         hf_auto analyzer *back = hf_upgrade(&g->owner);      strong or NULL
 *         return 0;
 *     }
 *
 * type.h     declare types and their fields         object.h   make, retain, release, move
 * unique.h   the sole owner, copy-on-write          weak.h     weak references, death notices
 * edge.h     strong fields of objects               place.h    on the stack, in static storage
 * slot.h     fields that many threads replace       queue.h    deaths that wait
 * array.h    growable arrays of references          map.h      keys to references, in order
 * weak_map.h interning, identity maps               cache.h    bounded, thread-safe
 * slice.h    counted bytes, views into objects      key.h      strings, integers, objects as keys
 * collect.h  ends cycles                            inspect.h  who lives
 * error.h    what happens on misuse                 annotate.h what compilers can check
 * version.h  which version this is
 *
 * Language: C11 with the GNU extensions that GCC and Clang share; from C++17 all but HF_TYPE and
 * HF_STATIC. holdfast.hpp has handles and classes for C++, over the same objects. */
#ifndef HOLDFAST_H
#define HOLDFAST_H

#include "annotate.h"
#include "array.h"
#include "cache.h"
#include "collect.h"
#include "edge.h"
#include "error.h"
#include "inspect.h"
#include "key.h"
#include "map.h"
#include "object.h"
#include "place.h"
#include "queue.h"
#include "slice.h"
#include "slot.h"
#include "type.h"
#include "unique.h"
#include "version.h"
#include "weak.h"
#include "weak_map.h"

#endif
