/* SPDX-License-Identifier: MIT
 *
 * A session: reads a program form by form, and evaluates each before it reads the next.
 * Knows the reader and the evaluator.
 * Between two forms nothing runs, so a little is collected there, as an idle loop would; at the end
 * the outermost environment is the last circle, and all of it is collected. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "evaluate.h"
#include "reader.h"

/* Tells why there is no next form or no value. Returns the exit status. */
static int
tell(const interpreter *in, const struct reader *r, const char *name)
{
    if (r->error) {
        fprintf(stderr, "interpreter: can't read %s: %s\n", name, strerror(r->error));
        return EXIT_TROUBLE;
    }
    bool is_problem = in->problem[0] != '\0';
    fprintf(stderr, "interpreter: %s:%zu: %s\n", name, in->line,
            is_problem ? in->problem : "out of memory");
    return is_problem ? EXIT_BAD_PROGRAM : EXIT_TROUBLE;
}

/* Returns whether there was a form, and a value of it. */
static bool
run_form(interpreter *in, struct reader *r)
{
    hf_auto value *form = reader_next(r, in);
    hf_auto value *unused = form ? evaluate(in, form, in->global) : NULL;
    return unused;
}

static int
run_all(FILE *file, const char *name, FILE *out)
{
    struct reader r = {.file = file, .line = 1};
    hf_auto interpreter *in = interpreter_new(out);
    if (!in) {
        fprintf(stderr, "interpreter: can't run %s: out of memory\n", name);
        return EXIT_TROUBLE;
    }
    while (run_form(in, &r)) hf_collect_step(NULL);
    free(r.token);
    return r.ended ? EXIT_FINE : tell(in, &r, name);
}

int
session_run(FILE *file, const char *name, FILE *out)
{
    int status = run_all(file, name, out);
    hf_collect();
    return status;
}
