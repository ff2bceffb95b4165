/* SPDX-License-Identifier: MIT
 *
 * The module `tree` for Python: the class Node, and functions that collect, drain and count.
 * Knows nodes, their wrappers and Python; keeps process-wide state: the one module.
 *
 * Nodes are of the process, the Python objects in them of one interpreter, whose GIL guards them.
 * So the module is loaded once, and a second interpreter is told that it can't be. */
#include "wrapper.h"

/* Without the GIL, so that other threads of Python go on: what is found dies in the drain. */
static PyObject *
collect(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    PyThreadState *state = PyEval_SaveThread();
    hf_collect();
    PyEval_RestoreThread(state);
    return PyLong_FromSize_t(node_drain());
}

static PyObject *
collect_in_background(PyObject *module, PyObject *wanted)
{
    /* Looks for single circles, too: documents are few, and large. */
    static const hf_collector_options options = {.threshold = 1};
    (void)module;
    int is_wanted = PyObject_IsTrue(wanted);
    if (is_wanted < 0) return NULL;
    if (!is_wanted) hf_collector_stop();
    else if (hf_collector_start(&options)) return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

static PyObject *
drain(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    return PyLong_FromSize_t(node_drain());
}

static PyObject *
descriptor(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    int number = node_deaths_descriptor();
    return number < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromLong(number);
}

static PyObject *
live(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    return PyLong_FromSize_t(hf_live(&hf_type_node));
}

static PyMethodDef functions[] = {
    {"collect", collect, METH_NOARGS,
     "End nodes that hold only each other. Return how many deaths that were: a circle is one."},
    {"collect_in_background", collect_in_background, METH_O,
     "Let a thread look for circles of nodes, or stop it. What it finds dies in drain()."},
    {"drain", drain, METH_NOARGS,
     "End the nodes whose death waits for a thread of Python. Return how many."},
    {"fileno", descriptor, METH_NOARGS,
     "Return a descriptor that can be read while deaths wait; for event loops, not for read()."},
    {"live", live, METH_NOARGS, "Return how many nodes live."},
    {NULL, NULL, 0, NULL}};

static PyObject *loaded; /* the one module of this process */

static int
execute(PyObject *module)
{
    if (loaded) {
        PyErr_SetString(PyExc_ImportError, "tree can be loaded once in a process");
        return -1;
    }
    if (PyModule_AddType(module, &wrapper_type)) return -1;
    loaded = module;
    return 0;
}

/* While the interpreter ends. Circles are left, for the report to name. */
static void
end(void *module)
{
    if (module != loaded) return;
    hf_collector_stop();
    node_drain();
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, __extension__(void *) execute}, {0, NULL}};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                                 .m_name = "tree",
                                 .m_doc = "Documents whose nodes live outside of Python's heap.",
                                 .m_methods = functions,
                                 .m_slots = slots,
                                 .m_free = end};

PyMODINIT_FUNC PyInit_tree(void);

PyMODINIT_FUNC
PyInit_tree(void)
{
    return PyModuleDef_Init(&definition);
}
