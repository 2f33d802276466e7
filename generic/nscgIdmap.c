/*
 * nscgIdmap.c --
 *
 *      The words of an id map.
 */

#include "nscgInt.h"

static int
Range(Tcl_Interp *interp, Tcl_Obj *obj, struct lx_idrange *range)
{
    Tcl_Size count;
    Tcl_Obj **objs;
    Tcl_WideInt inside, outside, size;

    if (Tcl_ListObjGetElements(interp, obj, &count, &objs) != TCL_OK) {
        return TCL_ERROR;
    }
    if (count != 3) {
        return NscgError(
            interp, "NS", "IDMAP",
            "bad range \"%s\": must be {inside outside count}",
            Tcl_GetString(obj));
    }
    if (NscgNumber(interp, objs[0], "id", 0, UINT32_MAX - 1, &inside) != TCL_OK
        || NscgNumber(interp, objs[1], "id", 0, UINT32_MAX - 1, &outside)
            != TCL_OK
        || NscgNumber(interp, objs[2], "count", 1, UINT32_MAX, &size)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (inside + size > UINT32_MAX || outside + size > UINT32_MAX) {
        return NscgError(
            interp, "NS", "IDMAP",
            "range \"%s\" goes beyond the last id, 4294967294",
            Tcl_GetString(obj));
    }
    range->inside = (uint32_t)inside;
    range->outside = (uint32_t)outside;
    range->count = (uint32_t)size;
    return TCL_OK;
}

/*
 * self, auto, none, or a list of ranges.
 */
int
NscgIdmap(
    Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj, bool group,
    struct lx_idmap *map)
{
    const char *word = obj == NULL ? "self" : Tcl_GetString(obj);
    struct lx_idrange *ranges;
    Tcl_Size count;
    Tcl_Obj **objs;
    struct lx_err err;

    if (strcmp(word, "self") == 0) {
        return lx_idmap_self(map, pool, group, &err) == 0
            ? TCL_OK
            : NscgLxError(interp, &err);
    }
    if (strcmp(word, "auto") == 0) {
        return lx_idmap_auto(map, pool, group, &err) == 0
            ? TCL_OK
            : NscgLxError(interp, &err);
    }
    if (strcmp(word, "none") == 0) {
        map->count = 0;
        return TCL_OK;
    }
    if (Tcl_ListObjGetElements(interp, obj, &count, &objs) != TCL_OK) {
        return TCL_ERROR;
    }
    if (count == 0 || count > LX_IDMAP_MAX) {
        return NscgError(
            interp, "NS", "IDMAP",
            "bad id map \"%s\": must be self, auto, none, or 1 to %d ranges "
            "{inside outside count}",
            word, LX_IDMAP_MAX);
    }
    ranges = lx_pool_alloc(pool, (size_t)count * sizeof(*ranges));
    if (ranges == NULL) {
        return NscgNoMemory(interp);
    }
    for (Tcl_Size i = 0; i < count; i++) {
        if (Range(interp, objs[i], &ranges[i]) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return lx_idmap_make(map, pool, group, ranges, (size_t)count, &err) == 0
        ? TCL_OK
        : NscgLxError(interp, &err);
}
