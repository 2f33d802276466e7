/*
 * lxCgGone.c --
 *
 *      Groups that are removed, by inotify. The kernel tells the end of a
 *      group's folder only to those who look at the folder above it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "lx.h"

struct lx_goneparent {
    struct lx_goneparent *next, **link;
    struct lx_goneentry *entries;
    int wd;
    int folder;
};

void
lx_gone_init(struct lx_gone *gone)
{
    memset(gone, 0, sizeof(*gone));
    gone->fd = -1;
    gone->owner = getpid();
}

bool
lx_gone_iscopy(const struct lx_gone *gone)
{
    return gone->owner != getpid();
}

/* -- What is looked at ---------------------------------------------------- */

static int
Open(struct lx_gone *gone, struct lx_err *err)
{
    if (gone->fd < 0) {
        gone->fd = lx_fd_park(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    }
    if (gone->fd < 0) {
        lx_fail(err, errno, "cannot make an inotify instance");
        if (errno == EMFILE) {
            lx_hint(
                err,
                "each interpreter that watches groups has one; a user has "
                "fs.inotify.max_user_instances");
        }
        return -1;
    }
    return 0;
}

static struct lx_goneparent *
FindParent(struct lx_gone *gone, int wd)
{
    struct lx_goneparent *parent = gone->parents;

    while (parent != NULL && parent->wd != wd) {
        parent = parent->next;
    }
    return parent;
}

/*
 * One more look at a folder that is looked at already gives the same number.
 * Owns folder, also on failure.
 */
static struct lx_goneparent *
AddParent(struct lx_gone *gone, int opened)
{
    LX_AUTOCLOSE int folder = opened;
    char path[40];
    struct lx_goneparent *parent;
    int wd;

    lx_fd_path(folder, path, sizeof(path));
    wd = inotify_add_watch(
        gone->fd, path, IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR);
    if (wd < 0) {
        return NULL;
    }
    parent = FindParent(gone, wd);
    if (parent != NULL) {
        return parent;
    }
    parent = calloc(1, sizeof(*parent));
    if (parent == NULL) {
        inotify_rm_watch(gone->fd, wd);
        errno = ENOMEM;
        return NULL;
    }
    parent->wd = wd;
    parent->folder = lx_fd_park(folder);
    folder = -1;
    parent->next = gone->parents;
    parent->link = &gone->parents;
    if (parent->next != NULL) {
        parent->next->link = &parent->next;
    }
    gone->parents = parent;
    return parent;
}

static void
Tidy(struct lx_gone *gone, struct lx_goneparent *parent)
{
    if (parent->entries != NULL) {
        return;
    }
    lx_fd_close(&parent->folder);
    if (!lx_gone_iscopy(gone)) {
        inotify_rm_watch(gone->fd, parent->wd);
    }
    *parent->link = parent->next;
    if (parent->next != NULL) {
        parent->next->link = parent->link;
    }
    free(parent);
}

static void
Link(struct lx_goneentry **list, struct lx_goneentry *entry)
{
    entry->next = *list;
    entry->link = list;
    if (entry->next != NULL) {
        entry->next->link = &entry->next;
    }
    *list = entry;
}

static void
Unlink(struct lx_goneentry *entry)
{
    *entry->link = entry->next;
    if (entry->next != NULL) {
        entry->next->link = entry->link;
    }
    entry->next = NULL;
    entry->link = NULL;
}

int
lx_gone_add(
    struct lx_gone *gone, struct lx_goneentry *entry, struct lx_group *group,
    int index, struct lx_err *err)
{
    struct lx_group above;
    int folder;
    const char *name = strrchr(group->name, '/');
    struct lx_goneparent *parent;

    if (Open(gone, err) != 0) {
        return -1;
    }
    lx_group_parent(group, &above);
    folder = lx_group_open(&above, index, NULL, O_PATH | O_DIRECTORY);
    parent = folder < 0 ? NULL : AddParent(gone, folder);
    if (parent == NULL) {
        int errnum = errno;

        lx_fail(
            err, errnum, "cannot watch %q", lx_group_full(&above, index, NULL));
        if (errnum == ENOSPC) {
            lx_hint(
                err, "a user can look at fs.inotify.max_user_watches folders");
        }
        return -1;
    }
    lx_format(
        entry->name, sizeof(entry->name), "%s",
        name != NULL ? name + 1 : group->name);
    entry->parent = parent;
    Link(&parent->entries, entry);
    if (!lx_group_has(group, index, NULL)) {
        lx_gone_remove(gone, entry);
        return lx_fail(
            err, ENOENT, "cannot watch %q", lx_group_full(group, index, NULL));
    }
    return 0;
}

void
lx_gone_remove(struct lx_gone *gone, struct lx_goneentry *entry)
{
    struct lx_goneparent *parent = entry->parent;

    if (entry->link != NULL) {
        Unlink(entry);
    }
    entry->parent = NULL;
    if (parent != NULL) {
        Tidy(gone, parent);
    }
}

/* -- What is found -------------------------------------------------------- */

static void
Found(struct lx_gone *gone, struct lx_goneentry *entry)
{
    struct lx_goneparent *parent = entry->parent;

    Unlink(entry);
    entry->parent = NULL;
    Link(&gone->found, entry);
    Tidy(gone, parent);
}

static void
FoundName(struct lx_gone *gone, int wd, const char *name)
{
    struct lx_goneparent *parent = FindParent(gone, wd);
    struct lx_goneentry *entry = parent != NULL ? parent->entries : NULL;

    while (entry != NULL) {
        struct lx_goneentry *next = entry->next;

        if (strcmp(entry->name, name) == 0) {
            Found(gone, entry); /* the last one takes the parent away */
        }
        entry = next;
    }
}

/*
 * Some of what happened was lost, or a folder went with all in it, as when its
 * hierarchy is unmounted: whoever is not there any more. wd of -1: anywhere.
 */
static void
FindMissing(struct lx_gone *gone, int wd)
{
    struct lx_goneparent *parent = gone->parents;

    while (parent != NULL) {
        struct lx_goneparent *next = parent->next;
        struct lx_goneentry *entry = parent->entries;

        while (entry != NULL) {
            struct lx_goneentry *following = entry->next;

            if (parent->wd == wd
                || (wd < 0
                    && faccessat(parent->folder, entry->name, F_OK, 0) != 0)) {
                Found(gone, entry); /* the last one takes the parent away */
            }
            entry = following;
        }
        parent = next;
    }
}

void
lx_gone_read(struct lx_gone *gone)
{
    _Alignas(struct inotify_event) char buf[8192];
    ssize_t count;

    while ((count = read(gone->fd, buf, sizeof(buf))) > 0) {
        for (ssize_t at = 0; at < count;) {
            const struct inotify_event *event =
                (const struct inotify_event *)(const void *)(buf + at);

            if (event->mask & IN_Q_OVERFLOW) {
                FindMissing(gone, -1);
            } else if (event->mask & IN_UNMOUNT) {
                FindMissing(gone, event->wd);
            } else if ((event->mask & IN_ISDIR) && event->len > 0) {
                FoundName(gone, event->wd, event->name);
            }
            at += (ssize_t)(sizeof(*event) + event->len);
        }
    }
}

struct lx_goneentry *
lx_gone_next(struct lx_gone *gone)
{
    struct lx_goneentry *entry = gone->found;

    if (entry != NULL) {
        Unlink(entry);
    }
    return entry;
}

/*
 * Its entries are their owners', and have been removed.
 */
void
lx_gone_free(struct lx_gone *gone)
{
    lx_fd_close(&gone->fd);
}
