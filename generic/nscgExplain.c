/*
 * nscgExplain.c --
 *
 *      -explain: a launch as a list of its parts, each with its system calls.
 */

#include "nscgInt.h"

typedef struct Recording {
    Tcl_Obj *listObj; /* the result */
    Tcl_Obj *callsObj;
    const struct lx_launch *launch;
    size_t step; /* 0: before the first; stepCount + 1: after the last */
} Recording;

static void
EndPart(Recording *recording)
{
    size_t count = recording->launch->stepCount;
    bool isStep = recording->step > 0 && recording->step <= count;
    Tcl_Obj *partObj = Tcl_NewDictObj();

    if (isStep) {
        Tcl_DictObjPut(
            NULL, partObj, Tcl_NewStringObj("step", -1),
            Tcl_NewWideIntObj((Tcl_WideInt)recording->step));
        Tcl_DictObjPut(
            NULL, partObj, Tcl_NewStringObj("command", -1),
            Tcl_NewStringObj(
                recording->launch->steps[recording->step - 1].words, -1));
    } else {
        Tcl_DictObjPut(
            NULL, partObj, Tcl_NewStringObj("part", -1),
            Tcl_NewStringObj(recording->step == 0 ? "create" : "execute", -1));
    }
    Tcl_DictObjPut(
        NULL, partObj, Tcl_NewStringObj("calls", -1), recording->callsObj);
    Tcl_ListObjAppendElement(NULL, recording->listObj, partObj);
    recording->callsObj = Tcl_NewObj();
    recording->step++;
}

static void
Record(void *arg, const char *line)
{
    Recording *recording = arg;

    if (line == NULL) {
        EndPart(recording);
    } else {
        Tcl_ListObjAppendElement(NULL, recording->callsObj, NscgTextObj(line));
    }
}

void
NscgExplain(Tcl_Interp *interp, const struct lx_launch *launch)
{
    Recording recording = {Tcl_NewObj(), Tcl_NewObj(), launch, 0};
    struct lx_kernel recorder = {Record, &recording, 0};

    lx_launch_explain(launch, &recorder);
    EndPart(&recording);
    Tcl_IncrRefCount(recording.callsObj); /* the last part took no more */
    Tcl_DecrRefCount(recording.callsObj);
    Tcl_SetObjResult(interp, recording.listObj);
}
