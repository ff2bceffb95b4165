/* SPDX-License-Identifier: MIT
 *
 * What is written into a page, between the two files that write it.
 * Knows pictures; page/page.js knows the columns. */
#ifndef VIEW_H
#define VIEW_H

#include <string.h>

#include "command.h"
#include "selection.h"

struct view {
    struct picture *picture;
    struct selection selection;
    struct tree tree;
    yajl_gen json;
    uint32_t *type_numbers; /* on the page, by string */
};

static inline void
view_number(const struct view *view, int64_t value)
{
    yajl_gen_integer(view->json, (long long)value);
}

static inline void
view_text(const struct view *view, const char *value)
{
    yajl_gen_string(view->json, (const unsigned char *)value, strlen(value));
}

static inline void
view_begin_column(const struct view *view, const char *key)
{
    json_key(view->json, key);
    yajl_gen_array_open(view->json);
}

/* Objects, their edges, who made and who holds them: four sections. */
void view_write_objects(const struct view *view);

#endif
