/*
 * nscgStatus.c --
 *
 *      How a process is or has ended, as a dict.
 */

#include "nscgInt.h"

static void
PutWide(Tcl_Obj *dictObj, const char *key, Tcl_WideInt value)
{
    Tcl_DictObjPut(
        NULL, dictObj, Tcl_NewStringObj(key, -1), Tcl_NewWideIntObj(value));
}

static void
PutText(Tcl_Obj *dictObj, const char *key, const char *value)
{
    Tcl_DictObjPut(
        NULL, dictObj, Tcl_NewStringObj(key, -1), Tcl_NewStringObj(value, -1));
}

static Tcl_WideInt
Microseconds(const struct timeval *time)
{
    return (Tcl_WideInt)time->tv_sec * 1000000 + time->tv_usec;
}

static Tcl_Obj *
UsageObj(const struct rusage *usage)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    PutWide(dictObj, "user_usec", Microseconds(&usage->ru_utime));
    PutWide(dictObj, "system_usec", Microseconds(&usage->ru_stime));
    PutWide(dictObj, "maxrss", (Tcl_WideInt)usage->ru_maxrss * 1024);
    PutWide(dictObj, "minflt", usage->ru_minflt);
    PutWide(dictObj, "majflt", usage->ru_majflt);
    PutWide(dictObj, "nvcsw", usage->ru_nvcsw);
    PutWide(dictObj, "nivcsw", usage->ru_nivcsw);
    return dictObj;
}

/*
 * {state running}, {state exited code 3 rusage {...}} or
 * {state signaled signal SIGKILL rusage {...}}; {state gone} of one that was
 * no child, or that the kernel let nobody wait for
 */
Tcl_Obj *
NscgStatusObj(const struct lx_process *process)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    char buf[16];

    switch (process->state) {
    case LX_RUNNING:
        PutText(dictObj, "state", "running");
        return dictObj;
    case LX_EXITED:
        PutText(dictObj, "state", "exited");
        PutWide(dictObj, "code", process->code);
        break;
    case LX_SIGNALED:
        PutText(dictObj, "state", "signaled");
        PutText(dictObj, "signal", lx_signal_name(process->code, buf));
        break;
    case LX_GONE:
        PutText(dictObj, "state", "gone");
        return dictObj;
    }
    if (process->oom) {
        PutWide(dictObj, "oom", 1);
    }
    if (process->hasUsage) {
        Tcl_DictObjPut(
            NULL, dictObj, Tcl_NewStringObj("rusage", -1),
            UsageObj(&process->usage));
    }
    return dictObj;
}
