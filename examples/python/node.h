/* SPDX-License-Identifier: MIT
 *
 * The native part: a node of a document holds its children, knows its parent, may be linked to any
 * other node, and carries a Python object.
 * Knows the library, and of Python the one reference that a node owns.
 * The GIL is the lock of all fields: whoever calls a function of this page holds it. Python.h wants
 * to be the first header of all. */
#ifndef TREE_NODE_H
#define TREE_NODE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <holdfast/holdfast.h>

typedef struct node node;
struct node {
    hf_array(node) children; /* owns */
    hf_weak(node) parent;    /* knows */
    node *link;              /* owns; it may lead anywhere, and so close a circle */
    PyObject *value;         /* owns one reference of Python's; NULL stands for None */
    PyObject *wrapper;       /* knows: what Python sees of this node, or NULL (wrapper.c) */
};
HF_DECLARE(node);

/* Appends child, which gets its parent. Returns 0, or -1 with nothing changed and errno: EBUSY when
 * it has a parent, ELOOP when it is n or stands above it, ENOMEM. */
int node_append(node *n, node *child);

/* Removes child, which has no parent then. Returns 0, or -1 and errno ENOENT when it is none of
 * n's. The caller holds the child, so nothing dies. */
int node_remove(node *n, node *child);

/* Lets go of all that n owns. Runs Python code. */
void node_empty(node *n);

/* Ends the nodes whose death waits for the GIL. Returns how many; 0 inside of such a death. Runs
 * Python code. */
size_t node_drain(void);

/* Returns a descriptor that can be read while deaths wait, or -1 and errno. Owner: the library. */
int node_deaths_descriptor(void);

#endif
