/*
 * nscgSettingCmd.c --
 *
 *      The table of the steps that have no ensemble, and the short ones of
 *      them: chdir, umask, env, nonewprivs, setsid, removetree.
 */

#include "nscgInt.h"

/*
 * chdir DIR
 *
 *      Changes the working directory.
 *
 *      DIR             a path, as it is at this step
 *      Errors          POSIX ENOENT | EACCES | ENOTDIR
 *      Kernel          chdir(2)
 */
static int
CompileChdir(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    (void)objc;
    step->run = lx_chdir_run;
    step->args = NscgPath(compiler->interp, compiler->pool, objv[0]);
    return step->args != NULL ? TCL_OK : TCL_ERROR;
}

/*
 * umask MODE
 *
 *      Sets the bits that new files are made without.
 *
 *      MODE            octal, from 0 to 777
 *      Errors          NSCG VALUE MODE
 *      Kernel          umask(2)
 */
static int
CompileUmask(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    mode_t *mask = lx_pool_alloc(compiler->pool, sizeof(*mask));
    unsigned mode;

    (void)objc;
    if (mask == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    if (NscgMode(compiler->interp, objv[0], "umask", 0777, &mode) != TCL_OK) {
        return TCL_ERROR;
    }
    *mask = mode;
    step->run = lx_umask_run;
    step->args = mask;
    return TCL_OK;
}

/*
 * The name and the value reach the kernel as NAME=VALUE in one string.
 */
int
NscgCheckVariable(NscgCompiler *compiler, Tcl_Obj *nameObj)
{
    const char *name = NscgText(compiler->interp, compiler->pool, nameObj);

    if (name == NULL) {
        return TCL_ERROR;
    }
    if (name[0] == '\0' || strchr(name, '=') != NULL) {
        return NscgError(
            compiler->interp, "ENV", "NAME",
            "bad variable \"%s\": must be a name without \"=\"", name);
    }
    return TCL_OK;
}

/*
 * The environment as this process has it, for the first variable to change.
 */
static Tcl_Obj *
OwnEnvironment(char *const *env)
{
    Tcl_Obj *envObj = Tcl_NewDictObj();

    for (; *env != NULL; env++) {
        const char *equals = strchr(*env, '=');
        Tcl_DString name;

        if (equals == NULL) {
            continue;
        }
        Tcl_ExternalToUtfDString(NULL, *env, (Tcl_Size)(equals - *env), &name);
        Tcl_DictObjPut(
            NULL, envObj,
            Tcl_NewStringObj(Tcl_DStringValue(&name), Tcl_DStringLength(&name)),
            NscgTextObj(equals + 1));
        Tcl_DStringFree(&name);
    }
    return envObj;
}

/*
 * env NAME VALUE | env -unset NAME
 *
 *      Sets a variable of the program's environment, or takes it away. It is
 *      done when the steps are compiled: no system call belongs to it.
 *
 *      Errors          NSCG ENV NAME, NSCG VALUE NUL
 *      Kernel          environ(7)
 */
static int
CompileEnv(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    bool unset = strcmp(Tcl_GetString(objv[0]), "-unset") == 0;
    Tcl_Obj *nameObj = objv[unset ? 1 : 0];

    (void)objc, (void)step;
    if (NscgCheckVariable(compiler, nameObj) != TCL_OK
        || NscgText(compiler->interp, compiler->pool, objv[1]) == NULL) {
        return TCL_ERROR;
    }
    if (compiler->envObj == NULL) {
        char **env = lx_environ_copy(compiler->pool);

        if (env == NULL) {
            return NscgNoMemory(compiler->interp);
        }
        compiler->envObj = OwnEnvironment(env);
        Tcl_IncrRefCount(compiler->envObj);
    }
    return unset
        ? Tcl_DictObjRemove(compiler->interp, compiler->envObj, nameObj)
        : Tcl_DictObjPut(compiler->interp, compiler->envObj, nameObj, objv[1]);
}

/*
 * nonewprivs
 *
 *      From now on no exec gives a privilege: set-user-id programs and file
 *      capabilities have no effect, for good.
 *
 *      Kernel          prctl(2) PR_SET_NO_NEW_PRIVS
 */
static int
CompileNonewprivs(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    (void)compiler, (void)objc, (void)objv;
    step->run = lx_nonewprivs_run;
    return TCL_OK;
}

/*
 * setsid
 *
 *      Starts a session of its own, without a terminal.
 *
 *      Errors          POSIX EPERM
 *      Kernel          setsid(2)
 */
static int
CompileSetsid(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    (void)compiler, (void)objc, (void)objv;
    step->run = lx_setsid_run;
    return TCL_OK;
}

/*
 * removetree DIR
 *
 *      Takes away a folder with all that is in it, whatever the modes of its
 *      folders are. It stays within the folder's file system and follows no
 *      symbolic link.
 *
 *      DIR             a path; there must be nothing mounted below it
 *      Errors          POSIX ENOENT | ENOTDIR | EACCES | EBUSY | EPERM
 *      Kernel          unlinkat(2), getdents(2), renameat2(2)
 */
static int
CompileRemovetree(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    (void)objc;
    step->run = lx_remove_run;
    step->args = NscgPath(compiler->interp, compiler->pool, objv[0]);
    return step->args != NULL ? TCL_OK : TCL_ERROR;
}

const NscgCommand nscgSettingCommands[] = {
    {"hostname", 1, 1, "name", "Set the host name", NULL, NscgCompileHostname,
     true},
    {"domainname", 1, 1, "name", "Set the NIS domain name", NULL,
     NscgCompileDomainname, true},
    {"user", 1, 5, "uid ?gid? ?groups? ?-keepcaps bool?", "Become another user",
     NULL, NscgCompileUser, true},
    {"login", 1, -1, "user ?group? ?-home bool?",
     "Become a user whom the root knows by name", NULL, NscgCompileLogin, true},
    {"nonewprivs", 0, 0, "", "Let no exec give a privilege any more", NULL,
     CompileNonewprivs, true},
    {"rlimit", 2, 3, "name soft ?hard?", "Limit what a process may use", NULL,
     NscgCompileRlimit, true},
    {"chdir", 1, 1, "dir", "Change the working directory", NULL, CompileChdir,
     true},
    {"umask", 1, 1, "mode", "Set the bits that new files are made without",
     NULL, CompileUmask, true},
    {"env", 2, 2, "name value|-unset name",
     "Set or unset a variable of the program's environment", NULL, CompileEnv,
     true},
    {"setsid", 0, 0, "", "Start a session", NULL, CompileSetsid, true},
    {"sysctl", 2, -1, "name value ?-host bool?",
     "Change a kernel setting of the program's namespaces", NULL,
     NscgCompileSysctl, true},
    {"device", 5, -1, "path c|b major minor mode ?-root dir?",
     "Make a device node", NULL, NscgCompileDevice, true},
    {"mkdir", 1, -1, "path ?mode? ?-parents bool? ?-root dir?",
     "Make a directory", NULL, NscgCompileMkdir, true},
    {"symlink", 2, -1, "target path ?-root dir?", "Make a symbolic link", NULL,
     NscgCompileSymlink, true},
    {"write", 2, -1, "path data ?-option value ...?", "Write a file", NULL,
     NscgCompileWrite, true},
    {"removetree", 1, 1, "dir", "Take away a folder and all that is in it",
     NULL, CompileRemovetree, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
