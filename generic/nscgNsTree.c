/*
 * nscgNsTree.c --
 *
 *      ns tree: the hierarchy of pid or user namespaces, as text for people.
 */

#include "nscgInt.h"

/* What a namespace of the scan has below it. Indices are one too high, so
 * that 0 is none. */
typedef struct Node {
    size_t firstChild, nextSibling;
    size_t owned[LX_KINDS]; /* how many of each kind it owns */
} Node;

typedef struct Tree {
    const struct lx_nsscan *scan;
    Node *nodes; /* one for each item of the scan */
    enum lx_kind kind;
} Tree;

static size_t
IndexOf(const struct lx_nsscan *scan, uint64_t inode)
{
    const struct lx_nsinfo *item =
        inode != 0 ? lx_nsscan_find(scan, inode) : NULL;

    return item != NULL ? (size_t)(item - scan->items) + 1 : 0;
}

/*
 * From the last to the first, so that siblings come out in order. Returns the
 * first of those that are below none.
 */
static size_t
Link(Tree *tree)
{
    size_t firstRoot = 0;

    for (size_t i = tree->scan->count; i-- > 0;) {
        const struct lx_nsinfo *item = &tree->scan->items[i];
        size_t owner = IndexOf(tree->scan, item->owner);
        size_t parent = IndexOf(tree->scan, item->parent);
        size_t *first =
            parent > 0 ? &tree->nodes[parent - 1].firstChild : &firstRoot;

        if (owner > 0 && item->kind != LX_USER) {
            tree->nodes[owner - 1].owned[item->kind]++;
        }
        if (item->kind == tree->kind) {
            tree->nodes[i].nextSibling = *first;
            *first = i + 1;
        }
    }
    return firstRoot;
}

static void
AppendProcesses(Tcl_Obj *textObj, const struct lx_pids *list)
{
    char name[64];

    if (list->count == 0) {
        Tcl_AppendToObj(textObj, "  no process", -1);
        return;
    }
    Tcl_AppendPrintfToObj(
        textObj, "  %lu process%s", (unsigned long)list->count,
        list->count == 1 ? "" : "es");
    if (lx_proc_name(list->pids[0], name)) {
        Tcl_Obj *nameObj = NscgTextObj(name);

        Tcl_IncrRefCount(nameObj);
        Tcl_AppendPrintfToObj(
            textObj, ": %d %s%s", (int)list->pids[0], Tcl_GetString(nameObj),
            list->count > 1 ? " ..." : "");
        Tcl_DecrRefCount(nameObj);
    }
}

static void
AppendOwned(Tcl_Obj *textObj, const size_t owned[LX_KINDS])
{
    const char *separator = "  owns ";

    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (owned[kind] > 0) {
            Tcl_AppendPrintfToObj(
                textObj, "%s%s %lu", separator, lx_kinds[kind].name,
                (unsigned long)owned[kind]);
            separator = ", ";
        }
    }
}

static void
AppendLines(const Tree *tree, size_t first, int depth, Tcl_Obj *textObj)
{
    for (size_t i = first; i > 0; i = tree->nodes[i - 1].nextSibling) {
        const struct lx_nsinfo *item = &tree->scan->items[i - 1];

        Tcl_AppendPrintfToObj(
            textObj, "%s%*s%lu", depth == 0 && i == first ? "" : "\n",
            2 * depth, "", (unsigned long)item->inode);
        if (item->uid >= 0) {
            Tcl_AppendPrintfToObj(
                textObj, "  uid %lu", (unsigned long)item->uid);
        }
        AppendProcesses(textObj, &item->processes);
        AppendOwned(textObj, tree->nodes[i - 1].owned);
        for (size_t pin = 0; pin < item->pinCount; pin++) {
            Tcl_Obj *pathObj = NscgTextObj(item->pins[pin]);

            Tcl_IncrRefCount(pathObj);
            Tcl_AppendPrintfToObj(
                textObj, "  pinned to %s", Tcl_GetString(pathObj));
            Tcl_DecrRefCount(pathObj);
        }
        AppendLines(tree, tree->nodes[i - 1].firstChild, depth + 1, textObj);
    }
}

/*
 * ns tree pid|user
 *
 *      The hierarchy of namespaces that can be seen, as text for people.
 *
 *      pid|user        the two kinds that have a hierarchy
 *      Result          a line for each namespace, two blanks deeper than the
 *                      one it is in: inode number, uid of who made it (user),
 *                      processes and the first of them, what it owns (user),
 *                      paths where it is pinned. Scripts read `ns list`
 *      Errors          POSIX ENOENT
 *      Kernel          pid_namespaces(7), user_namespaces(7), ioctl_ns(2)
 */
int
NscgNsTreeCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const char *const words[] = {"pid", "user", NULL};
    Tree tree = {.kind = LX_PID};
    struct lx_nsscan scan;
    struct lx_err err;
    Tcl_Obj *textObj;
    unsigned kinds = LX_KIND_BIT(LX_PID);
    int user;

    (void)state, (void)objc;
    if (Tcl_GetIndexFromObj(
            interp, objv[0], words, "hierarchy", TCL_EXACT, &user)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (user) {
        tree.kind = LX_USER;
        kinds = (1u << LX_KINDS) - 1;
    }
    if (lx_nsscan_run(&scan, kinds, &err) != 0) {
        lx_nsscan_free(&scan);
        return NscgLxError(interp, &err);
    }
    tree.scan = &scan;
    tree.nodes = calloc(scan.count + 1, sizeof(*tree.nodes));
    if (tree.nodes == NULL) {
        lx_nsscan_free(&scan);
        return NscgNoMemory(interp);
    }
    textObj = Tcl_NewObj();
    AppendLines(&tree, Link(&tree), 0, textObj);
    free(tree.nodes);
    lx_nsscan_free(&scan);
    Tcl_SetObjResult(interp, textObj);
    return TCL_OK;
}
