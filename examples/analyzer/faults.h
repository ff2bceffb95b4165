/* SPDX-License-Identifier: MIT
 *
 * Finds text that is no text: zero bytes and broken UTF-8, field by field.
 * Knows batches and problems.
 * The fields are taken as they are nevertheless, so that no row is lost. */
#ifndef ANALYZER_FAULTS_H
#define ANALYZER_FAULTS_H

#include "batch.h"
#include "problems.h"

/* Adds a problem for each field of the batch that has such bytes. */
void faults_find(const batch *b, struct problems *problems);

#endif
