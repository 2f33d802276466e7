/*
 * nscgMountTree.c --
 *
 *      mount tree: what is mounted on what, for people.
 */

#include "nscgMount.h"

enum { TARGET, FSTYPE, PROPAGATION, SOURCE, COLUMNS };

typedef struct Line {
    unsigned long id, parent;
    Tcl_Obj *columnObjs[COLUMNS];
    int depth;
    bool shown;
} Line;

typedef struct Tree {
    Line *lines; /* in the kernel's order */
    size_t count, size;
    size_t *order; /* in the tree's */
    size_t shown;
} Tree;

static Tcl_Obj *
Propagation(const struct lx_mount *mount)
{
    if (mount->unbindable) {
        return Tcl_NewStringObj("unbindable", -1);
    }
    if (mount->master != 0 && mount->shared != 0) {
        return Tcl_ObjPrintf(
            "slave:%lu shared:%lu", mount->master, mount->shared);
    }
    if (mount->master != 0 || mount->shared != 0) {
        return Tcl_ObjPrintf(
            "%s:%lu", mount->master ? "slave" : "shared",
            mount->master + mount->shared);
    }
    return Tcl_NewStringObj("private", -1);
}

/*
 * A mount that shows a part of its file system: /dev/vda[/srv/data].
 */
static Tcl_Obj *
Source(const struct lx_mount *mount)
{
    Tcl_Obj *sourceObj = NscgTextObj(mount->source);

    if (strcmp(mount->root, "/") != 0) {
        Tcl_Obj *rootObj = NscgTextObj(mount->root);

        Tcl_AppendPrintfToObj(sourceObj, "[%s]", Tcl_GetString(rootObj));
        Tcl_DecrRefCount(rootObj);
    }
    return sourceObj;
}

static int
AddLine(Tree *tree, const struct lx_mount *mount)
{
    Line *line;

    if (tree->count == tree->size) {
        size_t size = tree->size > 0 ? tree->size * 2 : 64;
        Line *lines = realloc(tree->lines, size * sizeof(*lines));

        if (lines == NULL) {
            return -1;
        }
        tree->lines = lines;
        tree->size = size;
    }
    line = &tree->lines[tree->count++];
    *line = (Line){.id = mount->id, .parent = mount->parent};
    line->columnObjs[TARGET] = NscgTextObj(mount->target);
    line->columnObjs[FSTYPE] = NscgTextObj(mount->fstype);
    line->columnObjs[PROPAGATION] = Propagation(mount);
    line->columnObjs[SOURCE] = Source(mount);
    for (int column = 0; column < COLUMNS; column++) {
        Tcl_IncrRefCount(line->columnObjs[column]);
    }
    return 0;
}

static void
FreeTree(Tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        for (int column = 0; column < COLUMNS; column++) {
            Tcl_DecrRefCount(tree->lines[i].columnObjs[column]);
        }
    }
    free(tree->lines);
    free(tree->order);
}

/*
 * Puts the mounts on mount i after it, each followed by its own.
 */
static void
Order(Tree *tree, size_t i, int depth)
{
    Line *line = &tree->lines[i];

    line->shown = true;
    line->depth = depth;
    tree->order[tree->shown++] = i;
    for (size_t child = 0; child < tree->count; child++) {
        if (!tree->lines[child].shown
            && tree->lines[child].parent == line->id) {
            Order(tree, child, depth + 1);
        }
    }
}

/*
 * The root's parent, as that of all that is seen from a chroot, is not in the
 * list; the initramfs is its own.
 */
static bool
IsRoot(const Tree *tree, const Line *line)
{
    for (size_t i = 0; i < tree->count; i++) {
        if (tree->lines[i].id == line->parent && &tree->lines[i] != line) {
            return false;
        }
    }
    return true;
}

static Tcl_Size
Width(const Line *line, int column)
{
    Tcl_Size width = Tcl_GetCharLength(line->columnObjs[column]);

    return column == TARGET ? width + 2 * line->depth : width;
}

static void
Pad(Tcl_Obj *textObj, Tcl_Size count)
{
    while (count-- > 0) {
        Tcl_AppendToObj(textObj, " ", 1);
    }
}

static Tcl_Obj *
Text(const Tree *tree)
{
    Tcl_Obj *textObj = Tcl_NewObj();
    Tcl_Size widths[COLUMNS] = {0};

    for (size_t i = 0; i < tree->count; i++) {
        for (int column = 0; column < COLUMNS; column++) {
            Tcl_Size width = Width(&tree->lines[i], column);

            widths[column] = width > widths[column] ? width : widths[column];
        }
    }
    for (size_t i = 0; i < tree->shown; i++) {
        const Line *line = &tree->lines[tree->order[i]];

        if (i > 0) {
            Tcl_AppendToObj(textObj, "\n", 1);
        }
        Pad(textObj, 2 * line->depth);
        for (int column = 0; column < COLUMNS; column++) {
            Tcl_AppendObjToObj(textObj, line->columnObjs[column]);
            if (column + 1 < COLUMNS) {
                Pad(textObj, widths[column] - Width(line, column) + 2);
            }
        }
    }
    return textObj;
}

static int
Build(Tree *tree, char *next)
{
    char *line;

    while ((line = NscgNextLine(&next)) != NULL) {
        struct lx_mount mount;

        if (lx_mount_parse(line, &mount) && AddLine(tree, &mount) != 0) {
            return -1;
        }
    }
    tree->order = calloc(tree->count + 1, sizeof(*tree->order));
    if (tree->order == NULL) {
        return -1;
    }
    for (size_t i = 0; i < tree->count; i++) {
        if (!tree->lines[i].shown && IsRoot(tree, &tree->lines[i])) {
            Order(tree, i, 0);
        }
    }
    return 0;
}

/*
 * mount tree ?-pid TARGET?
 *
 *      What is mounted on what, as text for people.
 *
 *      -pid TARGET     as of mount list
 *      Result          a line for each mount, below the one it is mounted on
 *                      and further right: target, type, propagation with the
 *                      peer groups, and source
 *      Errors          POSIX EACCES; NSCG NS EXITED | TARGET
 *      Kernel          proc_pid_mountinfo(5)
 */
int
NscgMountTreeCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-pid", NSCG_OPT_OBJ, 0, NULL, 0}, {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};
    Tree tree = {NULL, 0, 0, NULL, 0};
    Tcl_Obj *pidObj = NULL;
    char *text;
    int result = TCL_OK;

    if (NscgOptions(
            interp, NULL, options, objc, objv, NSCG_TRAILING, NULL, &pidObj)
        != TCL_OK) {
        return TCL_ERROR;
    }
    text = NscgProcText(state, interp, pidObj, "mountinfo");
    if (text == NULL) {
        return TCL_ERROR;
    }
    if (Build(&tree, text) == 0) {
        Tcl_SetObjResult(interp, Text(&tree));
    } else {
        result = NscgNoMemory(interp);
    }
    free(text);
    FreeTree(&tree);
    return result;
}
