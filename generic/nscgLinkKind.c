/*
 * nscgLinkKind.c --
 *
 *      What only links of a kind have, between Tcl and the tables of
 *      lxLinkKind.c.
 */

#include "nscgNet.h"

/* -- Words -> attributes -------------------------------------------------- */

static int
BadWord(Tcl_Interp *interp, const struct lx_kindattr *attr, const char *text)
{
    char names[128];
    size_t len = 0;

    for (const struct lx_word *word = attr->words; word->name != NULL; word++) {
        len = lx_append(
            names, sizeof(names), len, "%s%s", len > 0 ? ", " : "", word->name);
    }
    return NscgError(
        interp, "VALUE", "WORD", "bad %s \"%s\": must be one of %s", attr->key,
        text, names);
}

static int
WordValue(
    Tcl_Interp *interp, const struct lx_kindattr *attr, Tcl_Obj *obj,
    struct lx_kindvalue *value)
{
    const char *text = Tcl_GetString(obj);

    for (const struct lx_word *word = attr->words; word->name != NULL; word++) {
        if (strcmp(word->name, text) == 0) {
            value->number = word->value;
            return TCL_OK;
        }
    }
    return BadWord(interp, attr, text);
}

static int
NumberValue(
    Tcl_Interp *interp, const struct lx_kindattr *attr, Tcl_Obj *obj,
    struct lx_kindvalue *value)
{
    Tcl_WideInt wide, max = attr->max;

    if (attr->form == LX_FORM_CENTI) {
        max *= 10;
    } else if (attr->form == LX_FORM_SECONDS) {
        max *= 1000;
    }
    if (NscgNumber(interp, obj, attr->key, attr->min, max, &wide) != TCL_OK) {
        return TCL_ERROR;
    }
    value->number = (uint64_t)wide;
    return TCL_OK;
}

static int
Value(
    Tcl_Interp *interp, const struct lx_kindattr *attr, Tcl_Obj *obj,
    struct lx_kindvalue *value)
{
    struct lx_err err;
    int boolean;

    switch (attr->form) {
    case LX_FORM_BOOL:
    case LX_FORM_BOOL32:
        if (Tcl_GetBooleanFromObj(interp, obj, &boolean) != TCL_OK) {
            return TCL_ERROR;
        }
        value->number = (uint64_t)boolean;
        return TCL_OK;
    case LX_FORM_WORD8:
    case LX_FORM_WORD16:
    case LX_FORM_WORD32:
    case LX_FORM_PROTOCOL:
        return WordValue(interp, attr, obj, value);
    case LX_FORM_IP:
        return lx_ip_parse(Tcl_GetString(obj), &value->ip, &err) == 0
            ? TCL_OK
            : NscgLxError(interp, &err);
    case LX_FORM_LINK:
        return TCL_OK;
    default:
        return NumberValue(interp, attr, obj, value);
    }
}

static int
BadKey(
    Tcl_Interp *interp, const struct lx_linkkind *kind, const char *what,
    const char *key)
{
    Tcl_Obj *messageObj = Tcl_ObjPrintf("bad %s \"%s\": must be ", what, key);
    const char *separator = "";

    for (const struct lx_kindattr *attr = kind->attrs; attr->key != NULL;
         attr++) {
        if (!attr->told) {
            Tcl_AppendPrintfToObj(messageObj, "%s%s", separator, attr->key);
            separator = ", ";
        }
    }
    Tcl_SetObjResult(interp, messageObj);
    Tcl_SetErrorCode(interp, "TCL", "LOOKUP", "INDEX", what, key, NULL);
    return TCL_ERROR;
}

static int
PutOne(
    NscgPlan *plan, struct lx_netpart *part, const struct lx_kindattr *attr,
    Tcl_Obj *obj)
{
    NscgCompiler *compiler = plan->compiler;
    struct lx_kindvalue value = {.number = 0};
    const char *name = NULL;
    size_t at;

    if (Value(compiler->interp, attr, obj, &value) != TCL_OK
        || (attr->form == LX_FORM_LINK
            && (name = NscgLinkName(compiler, obj)) == NULL)) {
        return TCL_ERROR;
    }
    at = lx_kind_put(part->request, attr, &value);
    return name != NULL ? NscgPlanIndex(plan, part, name, at, part->where)
                        : TCL_OK;
}

int
NscgPlanKind(
    NscgPlan *plan, struct lx_netpart *part, const char *kindName, bool member,
    Tcl_Obj *dictObj, const char *what)
{
    Tcl_Interp *interp = plan->compiler->interp;
    const struct lx_linkkind *kind =
        member ? lx_link_member(kindName) : lx_link_kind(kindName);
    struct lx_kindnest nest;
    Tcl_DictSearch search;
    Tcl_Obj *keyObj, *valueObj;
    int done, result = TCL_OK;

    lx_kind_open(part->request, kindName, member, &nest);
    if (dictObj != NULL) {
        if (Tcl_DictObjFirst(
                interp, dictObj, &search, &keyObj, &valueObj, &done)
            != TCL_OK) {
            return TCL_ERROR;
        }
        while (result == TCL_OK && !done) {
            const char *key = Tcl_GetString(keyObj);
            const struct lx_kindattr *attr = lx_kind_attr(kind, key);

            result = attr == NULL || attr->told
                ? BadKey(interp, kind, what, key)
                : PutOne(plan, part, attr, valueObj);
            Tcl_DictObjNext(&search, &keyObj, &valueObj, &done);
        }
        Tcl_DictObjDone(&search);
    }
    lx_kind_close(part->request, &nest);
    return result;
}

/* -- Attributes -> dicts -------------------------------------------------- */

static void
PutValue(
    Tcl_Obj *dictObj, struct lx_netlink *netlink, const char *key,
    const struct lx_kindvalue *value)
{
    switch (value->form) {
    case LX_VALUE_BOOL:
        NscgPutBool(dictObj, key, value->number != 0);
        break;
    case LX_VALUE_NUMBER:
        NscgPutNumber(dictObj, key, (int64_t)value->number);
        break;
    case LX_VALUE_TEXT:
        NscgPutText(dictObj, key, value->text);
        break;
    case LX_VALUE_LINK:
        NscgPutLink(dictObj, key, netlink, (int64_t)value->number);
        break;
    }
}

Tcl_Obj *
NscgKindObj(
    struct lx_netlink *netlink, const struct lx_linkkind *kind,
    const struct nlattr *data)
{
    const struct nlattr *table[LX_KIND_MAX];
    Tcl_Obj *dictObj;

    if (kind == NULL || data == NULL) {
        return NULL;
    }
    dictObj = Tcl_NewDictObj();
    lx_nl_nested(data, table, LX_KIND_MAX);
    for (const struct lx_kindattr *attr = kind->attrs; attr->key != NULL;
         attr++) {
        struct lx_kindvalue value;

        if (lx_kind_read(attr, table, &value)) {
            PutValue(dictObj, netlink, attr->key, &value);
        }
    }
    return dictObj;
}
