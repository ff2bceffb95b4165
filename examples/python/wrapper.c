/* SPDX-License-Identifier: MIT
 *
 * tree.Node: the Python object through which Python holds and uses a node.
 * Knows nodes and Python; everything here runs under the GIL.
 *
 * Identity. A wrapper owns one reference to its node, and the node's field `wrapper` points back
 * without owning. The field never dangles: it is set when the wrapper gets its node, and set to
 * NULL as the first thing when the wrapper dies; the node lives at both moments, because the
 * wrapper holds it. A wrapper has no state of its own, no attributes and no subclasses: when the
 * last one has gone and the node comes back to Python, a new one is as good.
 *
 * Cycles. Python's collector subtracts from each object's count the references that tp_traverse
 * visits, and takes for garbage what has none left and is reached by nobody. So a reference may be
 * visited by one wrapper only, and only if it exists exactly as long as that wrapper. The value of
 * a node is such a reference if the count of the node is 1: then the wrapper's reference is the
 * only one, node and value go with the wrapper, and nobody else reaches them. The same holds of the
 * node's children and its link if their count is 1, since then this node alone holds them; and so
 * on downwards. Each node on the way is held once, so the walk is one through a tree, and ends.
 * A node with a second holder, native or another wrapper, is not visited: Python takes its value
 * for something that is held from outside, which errs on the side of life.
 *
 * The answer may not change during a collection, which visits twice: what counts in the first pass
 * and is passed over in the second would be taken for garbage. Counts of nodes change only under
 * the GIL: all calls in this module hold it, deaths wait for a thread that does (node.c), and the
 * library's collector reads counts of living objects without changing them. A module whose threads
 * retain nodes, or upgrade weak references to them, without the GIL, must not visit. */
#include "wrapper.h"

enum { DEPTH_MOST = 100 /* the walk needs stack; what lies deeper counts as held from outside */ };

typedef struct wrapper {
    PyObject ob_base;   /* as PyObject_HEAD says */
    node *node;         /* owned; NULL until it has got one */
    PyObject *weakrefs; /* Python's own list */
} wrapper;

static node *
node_of(PyObject *self)
{
    return ((wrapper *)self)->node;
}

PyObject *
wrapper_of(node *owned)
{
    hf_auto node *n = owned;
    if (!n) Py_RETURN_NONE;
    if (n->wrapper) return Py_NewRef(n->wrapper);
    PyObject *fresh = wrapper_type.tp_alloc(&wrapper_type, 0);
    if (!fresh) return NULL;
    /* The allocation may have run Python's collector, and so any code. */
    if (n->wrapper) {
        Py_DECREF(fresh);
        return Py_NewRef(n->wrapper);
    }
    n->wrapper = fresh;
    ((wrapper *)fresh)->node = hf_move(n);
    return fresh;
}

/* ---- life and death ---- */

static PyObject *
wrapper_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"value", NULL};
    PyObject *value = NULL;
    (void)type;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O:Node", names, &value)) return NULL;
    node_drain();
    node *n = hf_new(node);
    if (!n) return PyErr_NoMemory();
    n->value = Py_XNewRef(value);
    return wrapper_of(n);
}

/* The node forgets its wrapper first: callbacks of weak references may come back to the node, and
 * must not find what is dying. The release comes last, since it may run any code. */
/* begin README */
static void
wrapper_dealloc(PyObject *self)
{
    node *n = node_of(self);
    PyObject_GC_UnTrack(self);
    if (n) n->wrapper = NULL;
    PyObject_ClearWeakRefs(self);
    PyObject_GC_Del(self);
    hf_release(n);
    node_drain();
}

/* end README */
/* begin README */
static int
visit_held_once(node *n, visitproc visit, void *arg, int depth)
{
    if (!n || hf_count(n) != 1 || !depth) return 0;
    Py_VISIT(n->value);
    for (size_t i = 0; i < hf_array_count(&n->children); i++) {
        int answer = visit_held_once(hf_array_at(&n->children, i), visit, arg, depth - 1);
        if (answer) return answer;
    }
    return visit_held_once(n->link, visit, arg, depth - 1);
}

static int
wrapper_traverse(PyObject *self, visitproc visit, void *arg)
{
    return visit_held_once(node_of(self), visit, arg, DEPTH_MOST);
}

static int
wrapper_clear(PyObject *self)
{
    node *n = node_of(self);
    if (n && hf_count(n) == 1) node_empty(n);
    return 0;
}
/* end README */

/* ---- attributes ---- */

static int
fail_unless_node(PyObject *object, const char *what)
{
    if (PyObject_TypeCheck(object, &wrapper_type)) return 0;
    PyErr_Format(PyExc_TypeError, "%s must be a Node, not %.100s", what, Py_TYPE(object)->tp_name);
    return -1;
}

static int
fail_if_deleted(PyObject *value, const char *what)
{
    if (value) return 0;
    PyErr_Format(PyExc_TypeError, "%s can't be deleted; None empties it", what);
    return -1;
}

static PyObject *
get_value(PyObject *self, void *closure)
{
    PyObject *value = node_of(self)->value;
    (void)closure;
    return Py_NewRef(value ? value : Py_None);
}

static int
set_value(PyObject *self, PyObject *value, void *closure)
{
    (void)closure;
    if (fail_if_deleted(value, "value")) return -1;
    Py_XSETREF(node_of(self)->value, Py_NewRef(value));
    return 0;
}

static PyObject *
get_parent(PyObject *self, void *closure)
{
    (void)closure;
    return wrapper_of(hf_upgrade(&node_of(self)->parent));
}

static PyObject *
get_link(PyObject *self, void *closure)
{
    (void)closure;
    return wrapper_of(hf_get(node_of(self), link));
}

static int
set_link(PyObject *self, PyObject *value, void *closure)
{
    (void)closure;
    if (fail_if_deleted(value, "link")) return -1;
    if (value != Py_None && fail_unless_node(value, "link")) return -1;
    hf_set(node_of(self), link, value == Py_None ? NULL : node_of(value));
    node_drain();
    return 0;
}

/* Making wrappers may run Python code, which may change the children; so a copy is walked. */
static PyObject *
get_children(PyObject *self, void *closure)
{
    hf_auto hf_array(node) children = {0};
    (void)closure;
    if (hf_array_copy(&children, &node_of(self)->children)) return PyErr_NoMemory();
    size_t count = hf_array_count(&children);
    PyObject *all = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; all && i < count; i++) {
        PyObject *child = wrapper_of(hf_array_get(&children, i));
        if (child) PyTuple_SET_ITEM(all, (Py_ssize_t)i, child);
        else Py_CLEAR(all);
    }
    return all;
}

/* ---- methods ---- */

static PyObject *
raise_what_errno_says(void)
{
    const char *reason = "the node would hold itself"; /* ELOOP */
    if (errno == ENOMEM) return PyErr_NoMemory();
    if (errno == EBUSY) reason = "the node has a parent already";
    if (errno == ENOENT) reason = "the node is no child of this one";
    PyErr_SetString(PyExc_ValueError, reason);
    return NULL;
}

static PyObject *
append(PyObject *self, PyObject *child)
{
    if (fail_unless_node(child, "child")) return NULL;
    if (node_append(node_of(self), node_of(child))) return raise_what_errno_says();
    Py_RETURN_NONE;
}

static PyObject *
remove_child(PyObject *self, PyObject *child)
{
    if (fail_unless_node(child, "child")) return NULL;
    if (node_remove(node_of(self), node_of(child))) return raise_what_errno_says();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"append", append, METH_O, "Append a node that has no parent: this one holds it from now on."},
    {"remove", remove_child, METH_O, "Remove a child, which has no parent then."},
    {NULL, NULL, 0, NULL}};

static PyGetSetDef attributes[] = {
    {"value", get_value, set_value, "Any object, which the node holds.", NULL},
    {"parent", get_parent, NULL, "The node that holds this one, or None; not held.", NULL},
    {"children", get_children, NULL, "The nodes that this one holds, as a tuple.", NULL},
    {"link", get_link, set_link, "Another node that this one holds, or None.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject wrapper_type = {
    .ob_base = {PyObject_HEAD_INIT(NULL) 0},
    .tp_name = "tree.Node",
    .tp_doc = "Node(value=None): a node of a document, which lives outside of Python's heap.",
    .tp_basicsize = sizeof(wrapper),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_weaklistoffset = offsetof(wrapper, weakrefs),
    .tp_new = wrapper_new,
    .tp_dealloc = wrapper_dealloc,
    .tp_traverse = wrapper_traverse,
    .tp_clear = wrapper_clear,
    .tp_methods = methods,
    .tp_getset = attributes,
};
