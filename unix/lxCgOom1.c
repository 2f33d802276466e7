/*
 * lxCgOom1.c --
 *
 *      Memory that is out, on version 1: an eventfd that is named in
 *      cgroup.event_control. It is written to before anything is killed, and
 *      what is killed is counted only where it was.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lx.h"

#define CONTROL "memory.oom_control"
#define REGISTER "cgroup.event_control"
#define LOOKS 10 /* after 1, 2, 4 ... ms: for a second */

/*
 * Of the group `folder` and all below it.
 */
static unsigned long
CountKilled(int folder, int depth)
{
    unsigned long count = 0;
    char text[256];
    const struct dirent *entry;
    int opened = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = opened >= 0 ? fdopendir(opened) : NULL;

    if (lx_read_at(folder, CONTROL, text, sizeof(text)) > 0) {
        lx_cgvalue(text, "oom_kill", &count);
    }
    if (dir == NULL) {
        lx_fd_close(&opened);
        return count;
    }
    while (depth < LX_GROUP_DEPTH && (entry = readdir(dir)) != NULL) {
        LX_AUTOCLOSE int child = -1;

        if (entry->d_type != DT_DIR || entry->d_name[0] == '.') {
            continue;
        }
        child = openat(folder, entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        count += child >= 0 ? CountKilled(child, depth + 1) : 0;
    }
    closedir(dir);
    return count;
}

static int
Register(struct lx_cgwatch *watch, struct lx_group *group, struct lx_err *err)
{
    char text[32];

    watch->file =
        lx_fd_park(lx_group_open(group, watch->index, CONTROL, O_RDONLY));
    if (watch->file < 0) {
        return lx_fail(
            err, errno, "cannot watch %q",
            lx_group_full(group, watch->index, CONTROL));
    }
    watch->fd = lx_fd_park(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (watch->fd < 0) {
        return lx_fail(err, errno, "cannot make an eventfd");
    }
    lx_format(text, sizeof(text), "%d %d", watch->fd, watch->file);
    if (lx_group_write(group, watch->index, REGISTER, text) != 0) {
        lx_fail(
            err, errno, "cannot write %q",
            lx_group_full(group, watch->index, REGISTER));
        lx_group_why(group, watch->index, REGISTER, err);
        return -1;
    }
    return 0;
}

int
lx_oom1_open(
    struct lx_cgwatch *watch, struct lx_group *group, struct lx_err *err)
{
    unsigned long ignored;

    if (Register(watch, group, err) != 0) {
        return -1;
    }
    if (!lx_cgwatch_read(watch)) {
        return lx_fail(
            err, ENOENT, "cannot watch %q",
            lx_group_full(group, watch->index, CONTROL));
    }
    if (watch->event == LX_CGEV_OOM) {
        return 0;
    }
    if (!lx_cgvalue(watch->text, "oom_kill", &ignored)) {
        lx_refuse(
            err, "CGROUP", "UNSUPPORTED", "this kernel does not count in %s",
            CONTROL);
        lx_detail(err, lx_cgevents[watch->event]);
        return -1;
    }
    watch->folder = lx_fd_park(
        lx_group_open(group, watch->index, NULL, O_PATH | O_DIRECTORY));
    watch->looks = LOOKS;
    watch->last = watch->folder < 0 ? 0 : CountKilled(watch->folder, 0);
    return watch->folder >= 0 ? 0
                              : lx_fail(
                                  err, errno, "cannot watch %q",
                                  lx_group_full(group, watch->index, NULL));
}

/*
 * The eventfd is written to once more when the group is removed.
 */
void
lx_oom1_news(struct lx_cgwatch *watch, struct lx_cgnews *news)
{
    uint64_t told = 0;
    bool isTold = read(watch->fd, &told, sizeof(told)) == sizeof(told);
    unsigned long killed;

    news->gone = !lx_cgwatch_read(watch);
    if (watch->event == LX_CGEV_OOM) {
        news->times = isTold ? told - (news->gone && told > 0) : 0;
        return;
    }
    if (news->gone) {
        return;
    }
    killed = CountKilled(watch->folder, 0);
    news->times = killed > watch->last ? killed - watch->last : 0;
    watch->last = killed;
    watch->looks = isTold ? 0 : watch->looks;
    if (watch->looks < LOOKS) {
        news->againMs = 1 << watch->looks++;
    }
}
