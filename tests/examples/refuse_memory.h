/* SPDX-License-Identifier: MIT
 *
 * Runs a program again and again inside the test, each time with one allocation that fails.
 * Knows Check and the library; the linker sends every allocation through here (--wrap in
 * CMakeLists.txt).
 * What a program loses then, in objects or in blocks, fails the test. */
#ifndef HOLDFAST_TESTS_REFUSE_MEMORY_H
#define HOLDFAST_TESTS_REFUSE_MEMORY_H

/* Runs the program once with all memory that it wants; then with the first allocation refused, then
 * with the one `step` further, and so on until it needs fewer. judge gets what each run returned,
 * when nothing of it is left. Messages to standard error go to the file "errors" of the current
 * directory. Returns how many runs did not return 0. */
unsigned long refuse_in_turn(int (*run)(void), void (*judge)(int status), unsigned long step);

/* The same for a program that writes the file "out": fails the test unless a run returns 0, and
 * that is what it wrote, or 2 and a message about memory. */
unsigned long refuse_in_turn_or_get(int (*run)(void), const char *output);

/* Fails the test unless the latest run wrote one line to standard error, about memory. */
void expect_message_about_memory(void);

#endif
