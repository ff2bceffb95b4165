/* SPDX-License-Identifier: MIT
 *
 * The spooler half way: the counts are the library's, and all else is as it was, leaks included.
 * Knows the library.
 * docs/porting.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spool.h"

enum { QUEUE_MOST = 8 };

/* begin README */
struct document {
    char *title;
    int pages;
};

struct printer {
    char *name;
    job *queue[QUEUE_MOST];
    int queued;
};

struct job {
    printer *to;
    document *what;
};

HF_DECLARE(document);
HF_DECLARE(printer);
HF_DECLARE(job);
HF_TYPE(document, .fields = HF_FIELDS(HF_OWNED(document, title, free)));
HF_TYPE(printer, .fields = HF_FIELDS(HF_OWNED(printer, name, free),
                                     HF_STRONG_ARRAY_TO(printer, queue, job)));
HF_TYPE(job,
        .fields = HF_FIELDS(HF_STRONG_TO(job, to, printer), HF_STRONG_TO(job, what, document)));
/* end README */

document *
document_new(const char *title, int pages)
{
    document *d = hf_new(document);
    if (!d) return NULL;
    d->title = strdup(title);
    if (!d->title) {
        hf_release(d);
        return NULL;
    }
    d->pages = pages;
    return d;
}

printer *
printer_new(const char *name)
{
    printer *p = hf_new(printer);
    if (!p) return NULL;
    p->name = strdup(name);
    if (!p->name) {
        hf_release(p);
        return NULL;
    }
    return p;
}

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

/* begin README */
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

job *
job_new(printer *p, document *d)
{
    job *j = hf_new(job);
    if (!j) return NULL;
    hf_set(j, what, d);
    if (!d->pages) return NULL;
    hf_set(j, to, p);
    return j;
}

int
job_submit(job *j)
{
    printer *p = j->to;
    if (p->queued == QUEUE_MOST) return -1;
    hf_set_at(p, queue, (size_t)p->queued++, j);
    return 0;
}
/* end README */

void
printer_print(printer *p)
{
    hf_auto job *j = hf_scoped(hf_take_at(p, queue, 0));
    if (!j) return;
    p->queued--;
    for (size_t i = 0; i < (size_t)p->queued; i++) {
        hf_give_at(p, queue, i, hf_take_at(p, queue, i + 1));
    }
    printf("%d pages of %s on %s\n", j->what->pages, j->what->title, p->name);
}

void
spool_count(int *documents, int *jobs, int *printers)
{
    *documents = (int)hf_live(&hf_type_document);
    *jobs = (int)hf_live(&hf_type_job);
    *printers = (int)hf_live(&hf_type_printer);
}
