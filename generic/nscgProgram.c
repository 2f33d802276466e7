/*
 * nscgProgram.c --
 *
 *      The program of a launch: its words, its environment, and where it is
 *      looked for.
 */

#include "nscgInt.h"

#define DEFAULT_PATH \
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/*
 * The environment as NAME=VALUE texts; it was changed by env steps.
 */
static int
Environment(NscgCompiler *compiler, struct lx_launch *launch)
{
    Tcl_DictSearch search;
    Tcl_Obj *nameObj, *valueObj;
    char **envp;
    Tcl_Size size;
    int done, i = 0;

    if (compiler->envObj == NULL) {
        launch->envp = lx_environ_copy(compiler->pool);
        return launch->envp != NULL ? TCL_OK : NscgNoMemory(compiler->interp);
    }
    if (Tcl_DictObjSize(compiler->interp, compiler->envObj, &size) != TCL_OK) {
        return TCL_ERROR;
    }
    envp = lx_pool_alloc(compiler->pool, ((size_t)size + 1) * sizeof(char *));
    if (envp == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    Tcl_DictObjFirst(
        NULL, compiler->envObj, &search, &nameObj, &valueObj, &done);
    for (; !done; Tcl_DictObjNext(&search, &nameObj, &valueObj, &done)) {
        Tcl_Obj *pairObj = Tcl_ObjPrintf(
            "%s=%s", Tcl_GetString(nameObj), Tcl_GetString(valueObj));

        Tcl_IncrRefCount(pairObj);
        envp[i] = (char *)NscgText(compiler->interp, compiler->pool, pairObj);
        Tcl_DecrRefCount(pairObj);
        if (envp[i++] == NULL) {
            Tcl_DictObjDone(&search);
            return TCL_ERROR;
        }
    }
    Tcl_DictObjDone(&search);
    launch->envp = envp;
    return TCL_OK;
}

/*
 * Puts the place where a step will write it in that of HOME.
 */
static int
Home(NscgCompiler *compiler, struct lx_launch *launch)
{
    char **envp;
    size_t count = 0, i = 0;

    if (compiler->home == NULL) {
        return TCL_OK;
    }
    while (launch->envp[count] != NULL) {
        count++;
    }
    envp = lx_pool_alloc(compiler->pool, (count + 2) * sizeof(*envp));
    if (envp == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    for (char *const *env = launch->envp; *env != NULL; env++) {
        if (strncmp(*env, "HOME=", 5) != 0) {
            envp[i++] = *env;
        }
    }
    envp[i] = compiler->home;
    launch->envp = envp;
    return TCL_OK;
}

/*
 * The paths where a program without a slash is looked for: in the directories
 * of the PATH that it will have.
 */
static int
SearchPath(NscgCompiler *compiler, struct lx_launch *launch)
{
    const char *path = DEFAULT_PATH;
    const char **programs;
    size_t count = 1, nameLen = strlen(launch->program);

    for (char *const *env = launch->envp; *env != NULL; env++) {
        if (strncmp(*env, "PATH=", 5) == 0) {
            path = *env + 5;
        }
    }
    for (const char *p = path; *p != '\0'; p++) {
        count += *p == ':';
    }
    programs = lx_pool_alloc(compiler->pool, (count + 1) * sizeof(*programs));
    if (programs == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(path, ":");
        char *file = lx_pool_alloc(compiler->pool, len + nameLen + 3);

        if (file == NULL) {
            return NscgNoMemory(compiler->interp);
        }
        if (len == 0) {
            lx_format(file, nameLen + 3, "./%s", launch->program);
        } else {
            memcpy(file, path, len);
            lx_format(file + len, nameLen + 2, "/%s", launch->program);
        }
        programs[i] = file;
        path += len + (path[len] == ':');
    }
    launch->programs = programs;
    return TCL_OK;
}

int
NscgCompileProgram(
    NscgCompiler *compiler, const NscgLaunchOptions *options, int objc,
    Tcl_Obj *const objv[], struct lx_launch *launch)
{
    char **argv = NscgTexts(compiler->interp, compiler->pool, objc, objv);
    const char **programs;

    if (argv == NULL || Environment(compiler, launch) != TCL_OK
        || Home(compiler, launch) != TCL_OK) {
        return TCL_ERROR;
    }
    launch->program = NscgPath(compiler->interp, compiler->pool, objv[0]);
    if (launch->program == NULL) {
        return TCL_ERROR;
    }
    if (options->argv0 != NULL) {
        argv[0] = (char *)options->argv0;
    }
    launch->argv = argv;
    launch->cwd = options->cwd;
    if (strchr(launch->program, '/') == NULL) {
        return SearchPath(compiler, launch);
    }
    programs = lx_pool_alloc(compiler->pool, 2 * sizeof(*programs));
    if (programs == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    programs[0] = launch->program;
    launch->programs = programs;
    return TCL_OK;
}
