/*
 * nscgNetArgs.c --
 *
 *      Words of networks: names, addresses, places.
 */

#include "nscgNet.h"

const NscgOption nscgNsOption[] = {
    {"-ns", NSCG_OPT_OBJ, 0, NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

const char *
NscgLinkName(NscgCompiler *compiler, Tcl_Obj *obj)
{
    const char *name = NscgText(compiler->interp, compiler->pool, obj);
    struct lx_err err;

    if (name != NULL && lx_net_name(name, &err) != 0) {
        NscgLxError(compiler->interp, &err);
        return NULL;
    }
    return name;
}

static const unsigned char *
Mac(NscgCompiler *compiler, Tcl_Obj *obj, bool group)
{
    unsigned char *mac = lx_pool_alloc(compiler->pool, 6);
    struct lx_err err;

    if (mac == NULL) {
        NscgNoMemory(compiler->interp);
        return NULL;
    }
    if (lx_mac_parse(Tcl_GetString(obj), group, mac, &err) != 0) {
        NscgLxError(compiler->interp, &err);
        return NULL;
    }
    return mac;
}

const unsigned char *
NscgMac(NscgCompiler *compiler, Tcl_Obj *obj)
{
    return Mac(compiler, obj, false);
}

const unsigned char *
NscgGroupMac(NscgCompiler *compiler, Tcl_Obj *obj)
{
    return Mac(compiler, obj, true);
}

int
NscgNetFd(NscgCompiler *compiler, Tcl_Obj *nsObj)
{
    struct lx_target target;
    struct lx_err err;
    int fd;

    if (NscgTarget(
            compiler->state, compiler->interp, compiler->pool, nsObj, &target)
        != TCL_OK) {
        return -1;
    }
    fd = lx_ns_open(&target, LX_NET, &err);
    if (fd < 0) {
        NscgLxError(compiler->interp, &err);
        return -1;
    }
    fd = lx_pool_fd(compiler->pool, fd);
    if (fd < 0) {
        NscgNoMemory(compiler->interp);
    }
    return fd;
}

/*
 * A process handle is named by its pid, which people see elsewhere too.
 */
static const char *
WhereText(NscgCompiler *compiler, Tcl_Obj *nsObj, char *buf, size_t size)
{
    struct lx_target target;

    if (nsObj == NULL) {
        return compiler->host ? "this net namespace"
                              : "the program's net namespace";
    }
    if (NscgTarget(
            compiler->state, compiler->interp, compiler->pool, nsObj, &target)
        != TCL_OK) {
        return NULL;
    }
    if (target.self) {
        return "this net namespace";
    }
    if (target.path != NULL) {
        lx_format(buf, size, "net namespace %q", target.path);
    } else if (target.pid > 0) {
        lx_format(buf, size, "the net namespace of pid %d", (int)target.pid);
    } else {
        lx_format(buf, size, "net namespace %s", Tcl_GetString(nsObj));
    }
    return buf;
}

const char *
NscgNetWhere(NscgCompiler *compiler, Tcl_Obj *nsObj)
{
    char buf[300];
    const char *text = WhereText(compiler, nsObj, buf, sizeof(buf));
    char *copy;

    if (text == NULL) {
        return NULL;
    }
    copy = lx_pool_string(compiler->pool, text, strlen(text));
    if (copy == NULL) {
        NscgNoMemory(compiler->interp);
    }
    return copy;
}

int
NscgWord(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, enum lx_words words,
    uint32_t *value)
{
    const char *text = Tcl_GetString(obj);
    char names[256];

    if (lx_word_find(words, text, value)) {
        return TCL_OK;
    }
    lx_word_names(words, names, sizeof(names));
    return NscgError(
        interp, "VALUE", "WORD", "bad %s \"%s\": must be %s", what, text,
        names);
}

int
NscgMayNumber(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, Tcl_WideInt max,
    int64_t *value)
{
    Tcl_WideInt wide;

    if (obj == NULL) {
        return TCL_OK;
    }
    if (NscgNumber(interp, obj, what, 0, max, &wide) != TCL_OK) {
        return TCL_ERROR;
    }
    *value = wide;
    return TCL_OK;
}

int
NscgScope(Tcl_Interp *interp, Tcl_Obj *obj, int *scope)
{
    uint32_t value;

    if (obj == NULL) {
        return TCL_OK;
    }
    if (NscgWord(interp, obj, "-scope", LX_WORDS_SCOPE, &value) != TCL_OK) {
        return TCL_ERROR;
    }
    *scope = (int)value;
    return TCL_OK;
}

int
NscgFamily(Tcl_Interp *interp, Tcl_Obj *obj, int *family)
{
    static const char *const names[] = {"inet", "inet6", NULL};
    int index;

    *family = 0;
    if (obj == NULL) {
        return TCL_OK;
    }
    if (Tcl_GetIndexFromObj(interp, obj, names, "family", TCL_EXACT, &index)
        != TCL_OK) {
        return TCL_ERROR;
    }
    *family = index == 0 ? LX_INET : LX_INET6;
    return TCL_OK;
}
