/*
 * lxCgChange.h --
 *
 *      A transaction on the files of one group: what the files of `cgroup set`
 *      share.
 */

#ifndef LX_CG_CHANGE_H
#define LX_CG_CHANGE_H

#include "lx.h"

struct lx_undo {
    struct lx_undo *before;
    int index;
    const char *file, *text;
};

struct lx_change {
    struct lx_group *group;
    struct lx_pool pool;
    bool fresh; /* nothing need be remembered */
    struct lx_undo *last;
    struct lx_err *err;
};

/* A setting and the file it goes to. */
struct lx_task {
    const struct lx_setting *setting;
    struct lx_keyplace place;
    bool done;
};

/* lxCgChange.c: writes one file, after what it has was noted. undo: what to
 * write for that; NULL: the text that it has. */
int lx_change_write(
    struct lx_change *change, const struct lx_task *task, const char *file,
    const char *text, const char *undo);
/* What is written to the file if it comes to that. */
int lx_change_note(
    struct lx_change *change, const struct lx_task *task, const char *file,
    const char *text);
/* An errno about a task; and a value that is none here. */
int lx_change_fail(struct lx_change *change, const struct lx_task *task);
int lx_change_value(
    struct lx_change *change, const struct lx_task *task, const char *must);

/* Newest first. What cannot be put back is said in the hint. */
void lx_change_undo(struct lx_change *change);

/* lxCgSetTied.c: keys whose values bound each other. other: the second one;
 * NULL: it is not among the settings. */
int lx_set_memory(
    struct lx_change *change, const struct lx_task *max,
    const struct lx_task *swap);
int lx_set_bandwidth(
    struct lx_change *change, const struct lx_task *max,
    const struct lx_task *burst);
/* cpu.idle and cpu.weight.nice. */
int lx_set_weightless(struct lx_change *change, const struct lx_task *task);

/* lxCgSetEntries.c */
int lx_set_entries(struct lx_change *change, const struct lx_task *task);
/* lxCgWeight.c */
int lx_weight_set(
    struct lx_change *change, const struct lx_task *task,
    const struct lx_keyvalue *wanted);

#endif /* LX_CG_CHANGE_H */
