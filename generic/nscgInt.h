/*
 * nscgInt.h --
 *
 *      What the files of generic/ share: Tcl, without Linux.
 *
 *      A subcommand is one row of a table. From the rows come the ensembles,
 *      the check of the number of words, the steps of -setup and
 *      nscg::commands.
 */

#ifndef NSCG_INT_H
#define NSCG_INT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "nscgCompat.h"

#include "../unix/lx.h"

/* ------------------------------------------------------------------------
 * nscg.c: what one interpreter has.
 */

typedef struct NscgState {
    Tcl_Interp *interp;
    Tcl_ThreadId thread;
    struct NscgHandle *handles;  /* every open handle, newest first */
    unsigned long lastHandle;    /* names are never used twice */
    struct NscgEvents *events;   /* NULL until the first onexit */
    int initFd;                  /* image of the init program; -1 until used */
    struct lx_cgroups cgroups;   /* what is mounted of them */
    struct NscgStats *stats;     /* NULL until the first cgroup stats */
    struct NscgWatches *watches; /* of groups; NULL until the first */
    struct NscgLent *lent;       /* links that come home; or NULL */
} NscgState;

/* ------------------------------------------------------------------------
 * nscgDispatch.c: rows -> commands.
 *
 * A row has a procedure that acts (run), or one that compiles a step
 * (compile), or both: then run serves the prompt and compile serves -setup.
 * With compile alone, the prompt compiles and runs the step at once. objv[0]
 * is the first word after the command's name; min and max bound objc, and a
 * max of -1 is no bound.
 */

typedef struct NscgCompiler NscgCompiler;

typedef int(NscgRunProc)(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[]);
typedef int(NscgCompileProc)(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step);

typedef struct NscgCommand {
    const char *name;
    int min, max;
    const char *usage;
    const char *summary; /* one line: what it does, or what it says */
    NscgRunProc *run;
    NscgCompileProc *compile;
    bool stepOnly; /* -setup knows it, the prompt does not */
} NscgCommand;

typedef struct NscgArea {
    const char *name; /* of the ensemble; "" for commands of their own */
    const NscgCommand *commands;
    bool global; /* imported into the global namespace where it is free */
    int changes; /* the kind of namespace that every step of it changes; or
                    LX_KINDS */
} NscgArea;

extern const NscgCommand nscgNsCommands[];        /* nscgNsCmd.c */
extern const NscgCommand nscgMountCommands[];     /* nscgMountCmd.c */
extern const NscgCommand nscgCapsCommands[];      /* nscgCapsCmd.c */
extern const NscgCommand nscgCgroupCommands[];    /* nscgCgroupCmd.c */
extern const NscgCommand nscgLinkCommands[];      /* nscgLinkCmd.c */
extern const NscgCommand nscgVethCommands[];      /* nscgVethCmd.c */
extern const NscgCommand nscgAddressCommands[];   /* nscgAddressCmd.c */
extern const NscgCommand nscgRouteCommands[];     /* nscgRouteCmd.c */
extern const NscgCommand nscgNeighbourCommands[]; /* nscgAddressList.c */
extern const NscgCommand nscgQdiscCommands[];     /* nscgQdiscCmd.c */
extern const NscgCommand nscgSettingCommands[];   /* nscgSettingCmd.c */
extern const NscgCommand nscgLockCommands[];      /* nscgLockCmd.c */
extern const NscgCommand nscgCommandCommands[];   /* nscgDispatch.c */

extern const NscgArea nscgAreas[];

int NscgDefineCommands(NscgState *state);
/* words: how many of objv name the command. */
int NscgCheckCount(
    Tcl_Interp *interp, int min, int max, const char *usage, int words,
    int objc, Tcl_Obj *const objv[]);

/* ------------------------------------------------------------------------
 * nscgStep.c: words -> steps.
 */

struct NscgCompiler {
    NscgState *state;
    Tcl_Interp *interp;
    struct lx_pool *pool; /* all that the steps need lives here */
    Tcl_Obj *envObj;      /* environment of the program, a dict of its own
                             that is not shared; NULL: as it is here */
    bool lends;           /* link set -return is seen to by the caller */
    unsigned kinds;       /* of namespaces that the program has apart from us */
    bool host;            /* others may be changed as well */
    bool explain;         /* the steps' words will be asked for */
    char *home;           /* a step will write HOME=... here; or NULL */
};

/* A step changes a namespace of that kind: is it meant to be this process's? */
int
NscgCheckShared(NscgCompiler *compiler, enum lx_kind kind, const char *what);

/* A list of steps, each a list of words; 0-based array in the pool. */
int NscgCompileSteps(
    NscgCompiler *compiler, Tcl_Obj *stepsObj, struct lx_step **steps,
    size_t *count);
/* One step, now, in this process: what a compile row does at the prompt. */
int NscgRunStep(
    NscgState *state, NscgCompileProc *compile, int objc,
    Tcl_Obj *const objv[]);

/* ------------------------------------------------------------------------
 * nscgError.c: every error has a message and an errorCode. All return
 * TCL_ERROR.
 */

int NscgLxError(Tcl_Interp *interp, const struct lx_err *err);
/* errorCode {NSCG area reason}. */
int NscgError(
    Tcl_Interp *interp, const char *area, const char *reason,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
int NscgNoMemory(Tcl_Interp *interp);

/* ------------------------------------------------------------------------
 * nscgArgs.c: objects -> C values. What is asked for in a pool lives there.
 */

/* A path or other text for the kernel; NUL bytes are refused. NULL: error. */
const char *NscgText(Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj);
/* The same, and not empty and not longer than the kernel takes. */
const char *NscgPath(Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj);
/* NULL-ended array of texts. */
char **NscgTexts(
    Tcl_Interp *interp, struct lx_pool *pool, int objc, Tcl_Obj *const objv[]);
/* A number within bounds; what names it in the message. */
int NscgNumber(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, Tcl_WideInt min,
    Tcl_WideInt max, Tcl_WideInt *value);
/* A uid or gid: 4294967295 means "no change" to the kernel and is refused. */
int NscgId(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, uint32_t *id);
/* Bytes: 4096, 512K, 256M, 2G, 1T. */
int
NscgSize(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, uint64_t *size);
/* A file mode, octal: 755, 0755 or 0o755. */
int NscgMode(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, unsigned max,
    unsigned *mode);
int NscgKind(Tcl_Interp *interp, Tcl_Obj *obj, enum lx_kind *kind);
int NscgKinds(Tcl_Interp *interp, Tcl_Obj *listObj, unsigned *kinds);
int NscgSignal(Tcl_Interp *interp, Tcl_Obj *obj, int *signal);
Tcl_Obj *NscgTextObj(const char *text); /* from the system's encoding */

/*
 * Options. One table describes them, one parser reads them into a struct.
 * The struct's fields have their defaults before. A boolean may stand without
 * a value where options come last (NSCG_TRAILING), since no program's name
 * can follow there.
 */
typedef enum {
    NSCG_OPT_BOOL,  /* bool */
    NSCG_OPT_OBJ,   /* Tcl_Obj *, borrowed */
    NSCG_OPT_TEXT,  /* const char * in the pool */
    NSCG_OPT_PATH,  /* const char * in the pool */
    NSCG_OPT_MS,    /* int: milliseconds, -1 is "no limit" by default */
    NSCG_OPT_KINDS, /* unsigned: set of namespace kinds */
    NSCG_OPT_WORD,  /* int: index into words */
    NSCG_OPT_BIT,   /* unsigned: a boolean that sets or clears bits */
    NSCG_OPT_SWITCH /* Tcl_Obj *, borrowed: a boolean; for NscgSwitch */
} NscgOptionType;

typedef struct NscgOption {
    const char *name;
    NscgOptionType type;
    size_t offset;
    const char *const *words; /* WORD: NULL-ended */
    unsigned bits;            /* BIT */
} NscgOption;                 /* a table ends with a NULL name */

#define NSCG_TRAILING 1 /* every word left must belong to an option */

/* Of a switch; NULL: it was not said, and *value is as it was. */
int NscgSwitch(Tcl_Interp *interp, Tcl_Obj *obj, int *value);
bool NscgIsOption(Tcl_Obj *obj); /* by its first letter */
/* *used is the number of words read, "--" included; may be NULL. */
int NscgOptions(
    Tcl_Interp *interp, struct lx_pool *pool, const NscgOption *options,
    int objc, Tcl_Obj *const objv[], int flags, int *used, void *record);

/* ------------------------------------------------------------------------
 * nscgDict.c: results.
 */

/* A number that may be more than a wide integer's. */
Tcl_Obj *NscgCountObj(uint64_t count);
/* Into dicts. A NULL text, and what is below 0, is left out. */
void NscgPut(Tcl_Obj *dictObj, const char *key, Tcl_Obj *valueObj);
void NscgPutText(Tcl_Obj *dictObj, const char *key, const char *text);
void NscgPutNumber(Tcl_Obj *dictObj, const char *key, int64_t value);
void NscgPutBool(Tcl_Obj *dictObj, const char *key, bool value);
/* name(flags, n) for n below count: the list of what is set. */
void NscgPutFlags(
    Tcl_Obj *dictObj, const char *key, unsigned flags,
    const char *(*name)(unsigned flags, int n), int count);

/* ------------------------------------------------------------------------
 * nscgHandle.c: object commands that own something of the kernel's.
 *
 * A handle is the first member of what it stands for. Its command is named by
 * a counter (::nscg::process3) and gone when the handle is closed, by its
 * method close, by rename to {}, or with its interpreter.
 */

typedef struct NscgHandle NscgHandle;

/* objv[0] is the first word after the method's name. */
typedef int(NscgMethodProc)(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[]);

typedef struct NscgMethod {
    const char *name;
    int min, max;
    const char *usage;
    NscgMethodProc *run;
} NscgMethod;

typedef struct NscgHandleType {
    const char *name;
    const NscgMethod *methods;
    void (*free)(NscgHandle *handle); /* ends what it owns, and the memory */
} NscgHandleType;

struct NscgHandle {
    const NscgHandleType *type;
    NscgState *state;
    Tcl_Command token;
    NscgHandle *next, **link;
};

/* Registers a handle and leaves its name as the interpreter's result. On
 * failure the handle stays the caller's. */
int NscgHandleCreate(
    NscgState *state, const NscgHandleType *type, NscgHandle *handle);
/* The handle that a command's name stands for, or NULL (no error is left). */
NscgHandle *
NscgHandleFind(NscgState *state, const NscgHandleType *type, Tcl_Obj *nameObj);
/* The command disappears; the handle is freed. */
void NscgHandleClose(NscgHandle *handle);
NscgMethodProc NscgCloseMethod; /* the same, as a method */
/* From the event loop: a script's command, with the handle's name and one word
 * more. The handle, and its interpreter, may be gone after it. */
void NscgHandleCall(NscgHandle *handle, Tcl_Obj *prefixObj, Tcl_Obj *wordObj);

extern const NscgHandleType nscgProcessType;   /* nscgProcess.c */
extern const NscgHandleType nscgNamespaceType; /* nscgNamespace.c */

/* ------------------------------------------------------------------------
 * nscgTarget.c: a pid, a handle, the path of a namespace file, or self.
 */

int NscgTarget(
    NscgState *state, Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj,
    struct lx_target *target);

/* ------------------------------------------------------------------------
 * nscgProcess.c, nscgNamespace.c: making the handles.
 */

typedef struct NscgPipes {
    Tcl_Channel channel[3]; /* our ends of stdin, stdout, stderr; or NULL */
} NscgPipes;

int NscgProcessCreate(
    NscgState *state, const struct lx_process *process, const NscgPipes *pipes);
int NscgNamespaceCreate(NscgState *state, int fd, enum lx_kind kind);
Tcl_Obj *NscgStatusObj(const struct lx_process *process); /* nscgStatus.c */
/* For TARGET: what a handle of that type stands for. */
void NscgProcessTarget(const NscgHandle *handle, struct lx_target *target);
void NscgNamespaceTarget(const NscgHandle *handle, struct lx_target *target);

/* ------------------------------------------------------------------------
 * nscgEvents.c: descriptors watched by the event loop, any number of them
 * (Tcl 8.6 waits with select(), which ends at 1024; one epoll descriptor
 * stands for all).
 */

typedef void(NscgEventProc)(void *clientData);

int NscgEventsOpen(NscgState *state);
void NscgEventsFree(NscgState *state);
int NscgWatch(NscgState *state, int fd, NscgEventProc *proc, void *clientData);
/* For POLLPRI, as of files that tell when they change. */
int NscgWatchUrgent(
    NscgState *state, int fd, NscgEventProc *proc, void *clientData);
void NscgUnwatch(NscgState *state, int fd);

/* ------------------------------------------------------------------------
 * nscgLinkReturn.c: links that are lent come home: those whose process has
 * ended, or all, since nobody will look any more.
 */

void NscgLentEnded(NscgState *state);
void NscgLentFree(NscgState *state);

/* ------------------------------------------------------------------------
 * nscgLaunch.c, nscgIdmap.c, nscgProgram.c, nscgStdio.c, nscgLaunchCmd.c: ns
 * clone and ns exec.
 */

int NscgStreams(
    NscgCompiler *compiler, Tcl_Obj *const objs[3], int theirs[3], int ours[3]);

/* The options that ns clone and ns exec share, as they were written. */
typedef struct NscgLaunchOptions {
    unsigned newKinds;
    Tcl_Obj *joinObj, *joinAllObj;
    Tcl_Obj *uidmapObj, *gidmapObj;
    Tcl_Obj *cgroupObj;
    Tcl_Obj *setupObj;
    Tcl_Obj *streamObjs[3];
    Tcl_Obj *envObj;
    Tcl_Obj *initObj;
    Tcl_Obj *timeOffsetsObj;
    const char *cwd, *argv0;
    int propagation;
    int timeout; /* ms; -1: the default */
    bool loopback, detach, explain, copy, host;
    /* of ns exec alone */
    Tcl_Obj *inputObj, *onStartObj;
    bool keepNewline, ignoreStderr;
} NscgLaunchOptions;

/* The program's words, its environment and its paths, into the launch. */
int NscgCompileProgram(
    NscgCompiler *compiler, const NscgLaunchOptions *options, int objc,
    Tcl_Obj *const objv[], struct lx_launch *launch);
/* self, auto, none, or {inside outside count} ...; NULL is self. */
int NscgIdmap(
    Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj, bool group,
    struct lx_idmap *map);
/* Words -> what lx_launch_run needs, in the pool; ours: our ends of pipes. */
int NscgCompileLaunch(
    NscgCompiler *compiler, const NscgLaunchOptions *options, int objc,
    Tcl_Obj *const objv[], struct lx_launch *launch, int ours[3]);

/* nscgLaunchGroup.c: -cgroup, a list of groups; NULL: none. */
int NscgBirths(
    NscgCompiler *compiler, Tcl_Obj *listObj, bool explain,
    struct lx_launch *launch);

/* nscgExplain.c: the result is the list of parts. */
void NscgExplain(Tcl_Interp *interp, const struct lx_launch *launch);
/* nscgExecResult.c: of a program that has ended, and of one that has not. */
int NscgExecResult(
    Tcl_Interp *interp, const struct lx_process *process,
    const struct lx_collect *collect, bool keepNewline);
int NscgExecUnfinished(
    Tcl_Interp *interp, const struct lx_collect *collect, const char *reason,
    const char *message);
NscgRunProc NscgCloneCmd;
NscgRunProc NscgExecCmd;
NscgRunProc NscgProcessCmd; /* nscgProcessCmd.c */

extern const char *const nscgPropagations[]; /* enum lx_propagation */

/* ------------------------------------------------------------------------
 * nscgNsMove.c, nscgNsList.c, nscgNsTree.c
 */

NscgRunProc NscgUnshareCmd;
NscgRunProc NscgSetnsCmd;
/* nscgScope.c: a script there, and the thread home again. */
int NscgScopeSetns(
    NscgState *state, const struct lx_target *target, unsigned kinds,
    Tcl_Obj *scriptObj);
int NscgScopeUnshare(
    NscgState *state, const struct lx_unshare *move, Tcl_Obj *scriptObj);
void NscgUnwind(Tcl_Interp *interp);
NscgRunProc NscgNsListCmd;
NscgRunProc NscgNsProcessesCmd;
NscgRunProc NscgNsTreeCmd;

/* ------------------------------------------------------------------------
 * nscgUtsCmd.c
 */

NscgRunProc NscgHostnameCmd;
NscgRunProc NscgDomainnameCmd;
NscgCompileProc NscgCompileHostname;
NscgCompileProc NscgCompileDomainname;

/* ------------------------------------------------------------------------
 * nscgLayerCmd.c
 */

NscgRunProc NscgLayerCmd;

/* ------------------------------------------------------------------------
 * nscgUserCmd.c, nscgLoginCmd.c, nscgLimitCmd.c, nscgFilesCmd.c: the steps of
 * nscgSettingCmd.c.
 */

/* A name of a variable: the step env, and -env. */
int NscgCheckVariable(NscgCompiler *compiler, Tcl_Obj *nameObj);

NscgCompileProc NscgCompileUser;
NscgCompileProc NscgCompileLogin;
NscgCompileProc NscgCompileRlimit;
NscgCompileProc NscgCompileSysctl;
NscgCompileProc NscgCompileDevice;
NscgCompileProc NscgCompileMkdir;
NscgCompileProc NscgCompileSymlink;
NscgCompileProc NscgCompileWrite;

#endif /* NSCG_INT_H */
