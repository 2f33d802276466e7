/*
 * nscgCgroupSetCmd.c --
 *
 *      cgroup set and cgroup get.
 */

#include "nscgCgroup.h"

/* -- Words -> settings ---------------------------------------------------- */

/*
 * *name is in the pool; NULL: error.
 */
static const struct lx_key *
Key(Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *nameObj,
    const char **name)
{
    const struct lx_key *key;
    struct lx_err err;

    *name = NscgText(interp, pool, nameObj);
    key = *name != NULL ? lx_key_find(*name) : NULL;
    if (*name != NULL && key == NULL) {
        lx_key_bad(*name, &err);
        NscgLxError(interp, &err);
    }
    return key;
}

/*
 * Of a key that stands twice the last value counts, as in a dict.
 */
static struct lx_setting *
Slot(struct lx_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->list[i].name, name) == 0) {
            return &settings->list[i];
        }
    }
    return &settings->list[settings->count++];
}

int
NscgSettings(
    Tcl_Interp *interp, struct lx_pool *pool, int objc, Tcl_Obj *const objv[],
    struct lx_settings *settings)
{
    settings->count = 0;
    settings->list =
        lx_pool_alloc(pool, sizeof(*settings->list) * ((size_t)objc / 2 + 1));
    if (settings->list == NULL) {
        return NscgNoMemory(interp);
    }
    for (int i = 0; i + 1 < objc; i += 2) {
        const char *name;
        const struct lx_key *key = Key(interp, pool, objv[i], &name);
        struct lx_setting *setting;

        if (key == NULL) {
            return TCL_ERROR;
        }
        setting = Slot(settings, name);
        memset(setting, 0, sizeof(*setting));
        setting->key = key;
        setting->name = name;
        if (NscgKeyRead(interp, pool, objv[i + 1], setting) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup set NAME KEY VALUE ?KEY VALUE ...?
 *
 *      Sets limits and weights, all of them or, when one is refused, none.
 *
 *      KEY             a key as in version 2, whatever version its controller
 *                      is mounted as, or the name of a file
 *      VALUE           bytes (512K, 2G), a number, cores, a dict of devices
 *                      ...; max is unlimited
 *      Result          empty
 *      Errors          NSCG CGROUP KEY | VALUE | UNSUPPORTED | NOTENABLED |
 *                      PARTITION | ROOT | NOTMOUNTED | NOCONTROLLER; POSIX
 *                      ENOENT | EACCES | EBUSY | EINVAL
 *      Kernel          cgroups(7), cgroup-v2.rst
 */
int
NscgCgroupSetCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_settings settings;
    struct lx_group group;
    struct lx_err err;
    int result;

    if (objc % 2 == 0) {
        lx_refuse(
            &err, "CGROUP", "VALUE", "no value for key %q",
            Tcl_GetString(objv[objc - 1]));
        lx_detail(&err, Tcl_GetString(objv[objc - 1]));
        return NscgLxError(interp, &err);
    }
    result = NscgGroup(state, interp, objv[0], &group);
    if (result == TCL_OK) {
        result = NscgSettings(interp, &pool, objc - 1, objv + 1, &settings);
    }
    if (result == TCL_OK && lx_group_set(&group, &settings, false, &err) != 0) {
        result = NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}

/* ------------------------------------------------------------------------
 * cgroup get NAME ?KEY?
 *
 *      What is set: the value of KEY, or all that the group has.
 *
 *      KEY             as for cgroup set
 *      Result          the value, in the form that cgroup set takes; without
 *                      KEY a dict of all keys but the names of files
 *      Errors          NSCG CGROUP KEY | UNSUPPORTED | NOTENABLED | FORMAT |
 *                      NOTMOUNTED | NOCONTROLLER; POSIX ENOENT | EACCES
 *      Kernel          cgroups(7), cgroup-v2.rst
 */
static int
GetOne(
    Tcl_Interp *interp, struct lx_pool *pool, struct lx_group *group,
    Tcl_Obj *keyObj)
{
    const char *name;
    const struct lx_key *key = Key(interp, pool, keyObj, &name);
    struct lx_keyvalue value;
    struct lx_err err;

    if (key == NULL) {
        return TCL_ERROR;
    }
    if (lx_group_get(group, key, name, pool, &value, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    Tcl_SetObjResult(interp, NscgKeyObj(key, &value));
    return TCL_OK;
}

static int
GetAll(Tcl_Interp *interp, struct lx_pool *pool, struct lx_group *group)
{
    struct lx_setting *list;
    struct lx_err err;
    Tcl_Obj *dictObj;
    size_t count;

    if (lx_group_getall(group, pool, &list, &count, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    dictObj = Tcl_NewDictObj();
    for (size_t i = 0; i < count; i++) {
        NscgPut(dictObj, list[i].name, NscgKeyObj(list[i].key, &list[i].value));
    }
    Tcl_SetObjResult(interp, dictObj);
    return TCL_OK;
}

int
NscgCgroupGetCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_group group;
    int result = NscgGroup(state, interp, objv[0], &group);

    if (result == TCL_OK) {
        result = objc == 2 ? GetOne(interp, &pool, &group, objv[1])
                           : GetAll(interp, &pool, &group);
    }
    lx_pool_free(&pool);
    return result;
}
