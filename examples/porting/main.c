/* SPDX-License-Identifier: MIT
 *
 * A caller of the spooler, which gives back everything that it got.
 * Knows spool.h; it is the same for all three implementations.
 * docs/porting.md shows what it prints with each. */
#include <stdio.h>

#include "spool.h"

static int
print_and_go_home(printer *lp, document *report, document *empty)
{
    job *first = job_new(lp, report), *second = job_new(lp, report);
    int status = first && second ? job_submit(first) | job_submit(second) : -1;
    job_unref(first);
    job_unref(second);
    if (status) return -1;
    if (!job_new(lp, empty)) printf("nothing to print\n");
    printer_print(lp); /* the first one; the second stays in the queue */
    return 0;
}

int
main(void)
{
    printer *lp = printer_new("lp");
    document *report = document_new("report", 3), *empty = document_new("empty", 0);
    int status = lp && report && empty ? print_and_go_home(lp, report, empty) : -1;
    document_unref(report);
    document_unref(empty);
    printer_unref(lp);

    int documents, jobs, printers;
    spool_count(&documents, &jobs, &printers);
    printf("left: %d documents, %d jobs, %d printers\n", documents, jobs, printers);
    return status ? 1 : 0;
}
