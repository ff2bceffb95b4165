/* SPDX-License-Identifier: MIT
 *
 * What memory checkers are told, so that they see objects as the program does. Nothing where none
 * is running. Comes in by the door, base/base.h; knows Valgrind's client requests. AddressSanitizer
 * needs no help: objects are blocks of malloc, and its leak checker follows addresses into their
 * middle. */
#ifndef HFI_MEMORY_TOOLS_H
#define HFI_MEMORY_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the process runs under Valgrind; asked once. */
extern bool hfi_under_valgrind;

/* An allocator of the program has given this memory, perhaps not for the first time: what was said
 * about a dead object in it is no longer true. */
void hfi_tools_reused(void *memory, size_t bytes);

/* An object's payload begins to live at this address. To memcheck it is a block of its own, so that
 * a pointer to it points to its start, and an object that is held is not "possibly lost". */
void hfi_tools_born(void *payload, size_t bytes);

/* It is dead: every access is an error from here on, and memcheck's report calls the place "dead
 * NAME". */
void hfi_tools_died(void *payload, size_t bytes, const char *type_name);

/* What lies here may be read and decided upon, whoever left it undefined. */
void hfi_tools_defined(void *memory, size_t bytes);

/* Memory for the library's own side records. Under Valgrind they are on a list, because memcheck
 * doesn't look for their addresses in the headers of objects, which are outside the blocks that it
 * knows. NULL without memory. */
void *hfi_tools_record_new(size_t bytes);
void hfi_tools_record_free(void *record);

#endif
