/* SPDX-License-Identifier: MIT
 *
 * A small print spooler, as its callers see it: documents, jobs and printers with counts.
 * Knows nothing; before.c, between.c and after.c each implement all of it.
 * docs/porting.md goes from the first to the last. */
#ifndef PORTING_SPOOL_H
#define PORTING_SPOOL_H

typedef struct document document;
typedef struct printer printer;
typedef struct job job;

/* Each ..._new returns an object with one reference, the caller's, or NULL. A ..._ref adds one and
 * returns its argument, an ..._unref takes one away; NULL is ignored. */
document *document_new(const char *title, int pages);
document *document_ref(document *d);
void document_unref(document *d);

printer *printer_new(const char *name);
printer *printer_ref(printer *p);
void printer_unref(printer *p);

/* A job holds what it is made of. NULL also for a document without pages. */
job *job_new(printer *p, document *d);
job *job_ref(job *j);
void job_unref(job *j);

/* Puts the job into its printer's queue, which holds it. Returns 0, or -1 when that is full. */
int job_submit(job *j);

/* Prints the eldest job, if there is one. */
void printer_print(printer *p);

/* How many of each live. */
void spool_count(int *documents, int *jobs, int *printers);

#endif
