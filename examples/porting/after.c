/* SPDX-License-Identifier: MIT
 *
 * The spooler as it should be: a job knows its printer weakly, scopes give back, the queue grows.
 * Knows the library.
 * docs/porting.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spool.h"

struct document {
    char *title;
    int pages;
};

/* begin README */
struct printer {
    char *name;
    hf_array(job) queue;
};

struct job {
    hf_weak(printer) to;
    document *what;
};
/* end README */

HF_DECLARE(document);
HF_DECLARE(printer);
HF_DECLARE(job);
HF_TYPE(document, .fields = HF_FIELDS(HF_OWNED(document, title, free)));
/* begin README */
HF_TYPE(printer, .fields = HF_FIELDS(HF_OWNED(printer, name, free), HF_ARRAY(printer, queue)));
HF_TYPE(job, .fields = HF_FIELDS(HF_WEAK(job, to), HF_STRONG_TO(job, what, document)));
/* end README */

document *
document_new(const char *title, int pages)
{
    hf_auto document *d = hf_new(document);
    if (!d) return NULL;
    d->title = strdup(title);
    if (!d->title) return NULL;
    d->pages = pages;
    return hf_move(d);
}

printer *
printer_new(const char *name)
{
    hf_auto printer *p = hf_new(printer);
    if (!p) return NULL;
    p->name = strdup(name);
    return p->name ? hf_move(p) : NULL;
}

/* begin README */
job *
job_new(printer *p, document *d)
{
    hf_auto job *j = hf_new(job);
    if (!j || !d->pages || hf_weak_set(&j->to, p)) return NULL;
    hf_set(j, what, d);
    return hf_move(j);
}

int
job_submit(job *j)
{
    hf_auto printer *p = hf_upgrade(&j->to);
    return p ? hf_array_push(&p->queue, j) : -1;
}

void
printer_print(printer *p)
{
    hf_auto job *j = hf_array_take(&p->queue, 0);
    if (j) printf("%d pages of %s on %s\n", j->what->pages, j->what->title, p->name);
}
/* end README */

document *
document_ref(document *d)
{
    return hf_retain(d);
}

void
document_unref(document *d)
{
    hf_release(d);
}

printer *
printer_ref(printer *p)
{
    return hf_retain(p);
}

void
printer_unref(printer *p)
{
    hf_release(p);
}

job *
job_ref(job *j)
{
    return hf_retain(j);
}

void
job_unref(job *j)
{
    hf_release(j);
}

void
spool_count(int *documents, int *jobs, int *printers)
{
    *documents = (int)hf_live(&hf_type_document);
    *jobs = (int)hf_live(&hf_type_job);
    *printers = (int)hf_live(&hf_type_printer);
}
