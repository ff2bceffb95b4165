/* SPDX-License-Identifier: MIT
 *
 * The spooler as many programs are: counts by hand. It has two leaks, on purpose.
 * Knows the C library.
 * docs/porting.md says which, and shows what stands between the marks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spool.h"

enum { QUEUE_MOST = 8 };

static int live_documents, live_jobs, live_printers;

/* begin README */
struct document {
    int refs;
    char *title;
    int pages;
};

struct printer {
    int refs;
    char *name;
    job *queue[QUEUE_MOST]; /* each holds a reference */
    int queued;
};

struct job {
    int refs;
    printer *to;    /* holds a reference */
    document *what; /* holds a reference */
};
/* end README */

document *
document_new(const char *title, int pages)
{
    document *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->title = strdup(title);
    if (!d->title) {
        free(d);
        return NULL;
    }
    d->refs = 1;
    d->pages = pages;
    live_documents++;
    return d;
}

document *
document_ref(document *d)
{
    if (d) d->refs++;
    return d;
}

void
document_unref(document *d)
{
    if (!d || --d->refs) return;
    free(d->title);
    free(d);
    live_documents--;
}

printer *
printer_new(const char *name)
{
    printer *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->name = strdup(name);
    if (!p->name) {
        free(p);
        return NULL;
    }
    p->refs = 1;
    live_printers++;
    return p;
}

printer *
printer_ref(printer *p)
{
    if (p) p->refs++;
    return p;
}

void
printer_unref(printer *p)
{
    if (!p || --p->refs) return;
    for (int i = 0; i < p->queued; i++) job_unref(p->queue[i]);
    free(p->name);
    free(p);
    live_printers--;
}

/* begin README */
job *
job_new(printer *p, document *d)
{
    job *j = calloc(1, sizeof *j);
    if (!j) return NULL;
    live_jobs++;
    j->refs = 1;
    j->what = document_ref(d);
    if (!d->pages) return NULL;
    j->to = printer_ref(p);
    return j;
}

job *
job_ref(job *j)
{
    if (j) j->refs++;
    return j;
}

void
job_unref(job *j)
{
    if (!j || --j->refs) return;
    printer_unref(j->to);
    document_unref(j->what);
    free(j);
    live_jobs--;
}

int
job_submit(job *j)
{
    printer *p = j->to;
    if (p->queued == QUEUE_MOST) return -1;
    p->queue[p->queued++] = job_ref(j);
    return 0;
}
/* end README */

void
printer_print(printer *p)
{
    if (!p->queued) return;
    job *j = p->queue[0];
    memmove(p->queue, p->queue + 1, (size_t)--p->queued * sizeof p->queue[0]);
    printf("%d pages of %s on %s\n", j->what->pages, j->what->title, p->name);
    job_unref(j);
}

void
spool_count(int *documents, int *jobs, int *printers)
{
    *documents = live_documents;
    *jobs = live_jobs;
    *printers = live_printers;
}
