/* SPDX-License-Identifier: MIT
 *
 * One line for each operation and each death, and the graph between them.
 * Knows the model.
 * A thing is shown as `number kind count [edges]`, a handle by the thing that it leads to. */
#include "fuzz/tell.h"

#include <stdarg.h>
#include <stdio.h>

bool fuzz_tells;

void
tell(const char *format, ...)
{
    if (!fuzz_tells) return;
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    fflush(stdout);
}

static void
tell_thing(int number)
{
    const struct thing *t = &model.things[number];
    tell("    %d %s %zu [", number, kinds[t->kind].type->name, t->count);
    for (size_t i = 0; i < t->places; i++) {
        if (t->edges[i] == NOBODY) tell(" -");
        else tell(" %d", t->edges[i]);
    }
    tell(" ]%s\n", t->is_leaked ? " leaked" : "");
}

void
tell_graph(void)
{
    if (!fuzz_tells) return;
    tell("    handles");
    for (size_t i = 0; i < HANDLES; i++) {
        if (model.handles[i].thing != NOBODY) tell(" %d", model.handles[i].thing);
    }
    tell("\n");
    for (size_t i = 0; i < model.thing_count; i++) {
        if (thing_holds(&model.things[i])) tell_thing((int)i);
    }
    hf_report(stdout);
}
