/*
 * lxLayer.c --
 *
 *      What an overlay's upper folder says: which names it adds, and which
 *      ones of the lower layers it takes away. See overlayfs.rst of the
 *      kernel's documentation, "whiteouts and opaque directories".
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lx.h"

/* Each folder on the way down is open. */
#define DEPTH_MAX 256

struct walk {
    lx_layer_found *found;
    void *arg;
    struct lx_err *err;
    char path[PATH_MAX]; /* below the layer, from "/" on */
    int depth;
};

static int
Failed(const struct walk *walk)
{
    return lx_fail(
        walk->err, errno, "cannot read the layer at %q",
        walk->path[0] != '\0' ? walk->path : "/");
}

/*
 * An attribute's value begins with that letter. Those of trusted are for the
 * first user namespace, those of user for the others.
 */
static bool
Marked(int fd, const char *name, char letter)
{
    static const char *const spaces[] = {"trusted", "user"};
    char key[64], value[8];

    for (int i = 0; i < 2; i++) {
        ssize_t len;

        lx_format(key, sizeof(key), "%s.overlay.%s", spaces[i], name);
        len = fgetxattr(fd, key, value, sizeof(value));
        if (len >= 0 && (letter == '\0' || (len > 0 && value[0] == letter))) {
            return true;
        }
    }
    return false;
}

/*
 * Opens a folder. One of our own that its mode closes to us gets another one
 * first; *closed says that its own must be given back.
 */
static int
OpenFolder(int parentFd, const char *name, mode_t mode, bool *closed)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    LX_AUTOCLOSE int pathFd = -1;
    char path[40];
    int fd;

    *closed = false;
    if ((mode & 0500) == 0500 || geteuid() == 0) {
        return openat(parentFd, name, flags);
    }
    pathFd =
        openat(parentFd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    lx_format(path, sizeof(path), "/proc/self/fd/%d", pathFd);
    *closed = pathFd >= 0 && chmod(path, (mode & 07777) | 0500) == 0;
    fd = openat(parentFd, name, flags);
    if (fd < 0 && *closed) {
        chmod(path, mode & 07777);
    }
    return fd;
}

/*
 * A whiteout is a character device 0:0; or an empty file with an attribute,
 * which tools make that may not make devices.
 */
static enum lx_layertype
TypeOf(int parentFd, const char *name, const struct stat *st)
{
    LX_AUTOCLOSE int fd = -1;

    switch (st->st_mode & S_IFMT) {
    case S_IFDIR:
        return LX_LAYER_FOLDER;
    case S_IFLNK:
        return LX_LAYER_LINK;
    case S_IFCHR:
        return st->st_rdev == makedev(0, 0) ? LX_LAYER_WHITEOUT
                                            : LX_LAYER_OTHER;
    case S_IFREG:
        if (st->st_size == 0) {
            fd = openat(
                parentFd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        }
        return fd >= 0 && Marked(fd, "whiteout", '\0') ? LX_LAYER_WHITEOUT
                                                       : LX_LAYER_FILE;
    default:
        return LX_LAYER_OTHER;
    }
}

/*
 * The entries of the folder fd, from the first one on.
 */
static DIR *
Entries(int fd)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;

    if (stream == NULL) {
        lx_fd_close(&copy);
    }
    return stream;
}

static const char *
NextName(DIR *stream)
{
    struct dirent *entry;

    do {
        errno = 0;
        entry = readdir(stream);
    } while (entry != NULL
             && (strcmp(entry->d_name, ".") == 0
                 || strcmp(entry->d_name, "..") == 0));
    return entry != NULL ? entry->d_name : NULL;
}

/*
 * Is something in the folder fd, whose path is walk->path, that has too long a
 * path? 1, 0 or -1.
 */
static int
TooDeep(struct walk *walk, int fd)
{
    size_t left = sizeof(walk->path) - strlen(walk->path);
    const char *name;
    DIR *stream;
    int result;

    if (walk->depth < DEPTH_MAX && left >= NAME_MAX + 2) {
        return 0;
    }
    stream = Entries(fd);
    if (stream == NULL) {
        return Failed(walk);
    }
    do {
        name = NextName(stream);
    } while (name != NULL && walk->depth < DEPTH_MAX
             && strlen(name) + 2 <= left);
    result = name == NULL && errno != 0 ? Failed(walk) : name != NULL;
    closedir(stream);
    return result;
}

static int Walk(struct walk *walk, int fd);

static int
Folder(struct walk *walk, struct lx_layerentry *entry, int fd)
{
    int deep = TooDeep(walk, fd);

    if (deep < 0) {
        return -1;
    }
    entry->opaque = Marked(fd, "opaque", 'y');
    entry->deep = deep > 0;
    if (walk->found(walk->arg, entry, walk->err) != 0) {
        return -1;
    }
    return entry->deep ? 0 : Walk(walk, fd);
}

static int
Entry(struct walk *walk, int parentFd, const char *name)
{
    struct lx_layerentry entry = {.path = walk->path};
    LX_AUTOCLOSE int fd = -1;
    struct stat st;
    bool closed;
    int result;

    if (fstatat(parentFd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return Failed(walk);
    }
    entry.type = TypeOf(parentFd, name, &st);
    if (entry.type != LX_LAYER_FOLDER) {
        return walk->found(walk->arg, &entry, walk->err);
    }
    fd = OpenFolder(parentFd, name, st.st_mode, &closed);
    if (fd < 0) {
        return Failed(walk);
    }
    result = Folder(walk, &entry, fd);
    if (closed) {
        fchmod(fd, st.st_mode & 07777);
    }
    return result;
}

/*
 * Goes through the folder fd, whose path is walk->path.
 */
static int
Walk(struct walk *walk, int fd)
{
    size_t len = strlen(walk->path);
    DIR *stream = Entries(fd);
    const char *name;
    int result = 0;

    if (stream == NULL) {
        return Failed(walk);
    }
    walk->depth++;
    while (result == 0 && (name = NextName(stream)) != NULL) {
        if (len + strlen(name) + 2 > sizeof(walk->path)) {
            continue; /* it has just been made, see TooDeep */
        }
        lx_format(walk->path + len, sizeof(walk->path) - len, "/%s", name);
        result = Entry(walk, fd, name);
        walk->path[len] = '\0';
    }
    if (result == 0 && errno != 0) {
        result = Failed(walk);
    }
    walk->depth--;
    closedir(stream);
    return result;
}

int
lx_layer_walk(
    const char *layer, lx_layer_found *found, void *arg, struct lx_err *err)
{
    struct walk walk = {found, arg, err, "", 0};
    LX_AUTOCLOSE int fd = open(layer, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return lx_fail(err, errno, "cannot open the layer %q", layer);
    }
    return Walk(&walk, fd);
}
