/* SPDX-License-Identifier: MIT
 *
 * The border: what Python sees of a node.
 * Knows nodes and Python.
 * The arguments are in wrapper.c. */
#ifndef TREE_WRAPPER_H
#define TREE_WRAPPER_H

#include "node.h"

/* The class tree.Node. PyType_Ready comes before its first use. */
extern PyTypeObject wrapper_type;

/* Returns what Python sees of a node, whose owned reference it takes over: the same object as
 * before while that lives, else a new one; None for NULL.
 * Owner: the caller, as usual in Python. Errors: NULL and MemoryError. May run Python code. */
PyObject *wrapper_of(node *owned HF_TAKE);

#endif
