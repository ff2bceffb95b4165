/* SPDX-License-Identifier: MIT
 *
 * The report generator: asks for its analyzer each time it has something to write.
 * Knows the analyzer, and the two forms of a report.
 * hf_upgrade gives a strong reference for as long as the writing takes, or NULL: there is no moment
 * at which the generator could touch a dead analyzer. */
#include "generator.h"

#include <errno.h>

#include "analyzer.h"
#include "report.h"

/* Nobody finished the report: something went wrong before, and the user knows. */
static void
generator_close(void *self)
{
    generator *g = self;
    if (g->out && g->out != stdout) fclose(g->out);
}

HF_TYPE(generator, .destroy = generator_close, .fields = HF_FIELDS(HF_WEAK(generator, owner)));

HF_TYPE(holding_generator, .base = &hf_type_generator,
        .fields = HF_FIELDS(HF_STRONG_TO(holding_generator, held, analyzer)));

static generator *
new_of_either_type(analyzer *owner, bool leak)
{
    if (!leak) return hf_new(generator);
    holding_generator *g = hf_new(holding_generator);
    if (g) hf_set(g, held, owner);
    return (generator *)g;
}

generator *
generator_new(analyzer *owner, const struct options *options)
{
    hf_auto generator *g = new_of_either_type(owner, options->leak);
    if (!g || hf_weak_set(&g->owner, owner)) return NULL;
    g->out = options->output ? fopen(options->output, "w") : stdout;
    if (!g->out) return NULL;
    return hf_move(g);
}

int
generator_write(generator *g)
{
    hf_auto analyzer *owner = hf_upgrade(&g->owner);
    if (!owner) {
        errno = ESRCH;
        return -1;
    }
    const struct options *options = owner->options;
    bool first = !g->tables++;
    if (!options->json) return report_text(g->out, owner->current, options, first);
    if (first) report_json_begin(g->out);
    return report_json_table(g->out, owner->current, options, first);
}

int
generator_finish(generator *g)
{
    hf_auto analyzer *owner = hf_upgrade(&g->owner);
    if (owner) {
        hf_cache_figures interned;
        hf_cache_stats(owner->cache, &interned);
        if (!owner->options->json) {
            report_text_end(g->out, &interned, owner->options);
        } else {
            if (!g->tables) report_json_begin(g->out);
            report_json_end(g->out, &interned, owner->options);
        }
    }
    FILE *out = g->out;
    g->out = NULL;
    int failed = ferror(out);
    failed |= out == stdout ? fflush(out) : fclose(out);
    return failed ? -1 : 0;
}
