/* SPDX-License-Identifier: MIT
 *
 * A shared library that defines types, for module_life.c to load and close.
 * Knows public headers only; what it calls is in the program that loads it. */
#include <holdfast/holdfast.h>

typedef struct plugin {
    struct plugin *friend_;
    int *told;
} plugin;

/* Code of this library, which runs when it was closed already. */
static void
plugin_destroy(void *self)
{
    ++*((plugin *)self)->told;
}

HF_DECLARE(plugin);
HF_TYPE(plugin, .destroy = plugin_destroy, .fields = HF_FIELDS(HF_STRONG(plugin, friend_)));

void *plugin_make(int *told);
void plugin_befriend(void *one, void *other);

void *
plugin_make(int *told)
{
    plugin *made = hf_new(plugin);
    if (made) made->told = told;
    return made;
}

void
plugin_befriend(void *one, void *other)
{
    hf_set((plugin *)one, friend_, (plugin *)other);
    hf_set((plugin *)other, friend_, (plugin *)one);
}
