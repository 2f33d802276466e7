/*
 * nscgLoginCmd.c --
 *
 *      The step login.
 */

#include <ctype.h>

#include "nscgInt.h"

/*
 * A number, or a name that a line of passwd(5) can have.
 */
static int
NameOrId(
    NscgCompiler *compiler, Tcl_Obj *obj, const char *what, const char **name,
    uint32_t *id)
{
    const char *text = NscgText(compiler->interp, compiler->pool, obj);

    *name = NULL;
    if (text == NULL) {
        return TCL_ERROR;
    }
    if (isdigit((unsigned char)text[0])) {
        return NscgId(compiler->interp, obj, what, id);
    }
    if (text[0] == '\0' || text[0] == '-' || strpbrk(text, ":\n,") != NULL) {
        return NscgError(
            compiler->interp, "LOGIN", "NAME",
            "bad %s \"%s\": must be a name or a number", what, text);
    }
    *name = text;
    return TCL_OK;
}

struct loginwords {
    struct lx_login login;
    bool home;
};

static const NscgOption loginOptions[] = {
    {"-home", NSCG_OPT_BOOL, offsetof(struct loginwords, home), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

/*
 * login USER ?GROUP? ?-home BOOL?
 *
 *      Becomes the user that /etc/passwd and /etc/group say, as they are in
 *      the root of this step.
 *
 *      USER            a name; or a number, which need not be in the file,
 *                      and is then the gid too
 *      GROUP           a name or number: the only group; else those that the
 *                      files give the user
 *      -home BOOL      1 unless given: the variable HOME of the program is the
 *                      user's folder
 *      Errors          NSCG LOGIN NOUSER | NOGROUP | NAME; those of user
 *      Kernel          as user; passwd(5), group(5)
 */
int
NscgCompileLogin(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct loginwords *words = lx_pool_alloc(compiler->pool, sizeof(*words));
    struct lx_login *login = &words->login;
    int i = 1;

    if (words == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    words->home = true;
    if (NameOrId(compiler, objv[0], "user", &login->user, &login->uid)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (i < objc && !NscgIsOption(objv[i])) {
        login->gidGiven = true;
        if (NameOrId(compiler, objv[i++], "group", &login->group, &login->gid)
            != TCL_OK) {
            return TCL_ERROR;
        }
    }
    if (NscgOptions(
            compiler->interp, compiler->pool, loginOptions, objc - i, objv + i,
            NSCG_TRAILING, NULL, words)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (words->home) {
        login->home = lx_pool_alloc(compiler->pool, LX_HOME_SIZE);
        if (login->home == NULL) {
            return NscgNoMemory(compiler->interp);
        }
        compiler->home = login->home;
    }
    step->run = lx_login_run;
    step->args = login;
    return TCL_OK;
}
