/* SPDX-License-Identifier: MIT
 *
 * An environment: names and their values, inside another environment.
 * Knows values.
 * The keys of the map are the symbols themselves, not their letters: a look-up compares addresses,
 * and the map keeps its symbols alive. */
#include "environment.h"

HF_TYPE(environment, .fields = HF_FIELDS(HF_STRONG_TO(environment, outer, environment),
                                         HF_MAP(environment, names)));

environment *
environment_new(environment *outer)
{
    environment *e = hf_new(environment);
    if (e) hf_set(e, outer, outer);
    return e;
}

int
environment_define(environment *e, const symbol *name, value *v)
{
    return hf_map_set(&e->names, hf_key_object(name), v);
}

environment *
environment_with(environment *e, const symbol *name)
{
    while (e && !hf_map_at(&e->names, hf_key_object(name))) e = e->outer;
    return e;
}

value *
environment_find(environment *e, const symbol *name)
{
    value *found = NULL;
    for (; e && !found; e = e->outer) found = hf_map_at(&e->names, hf_key_object(name));
    return found;
}
