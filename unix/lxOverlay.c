/*
 * lxOverlay.c --
 *
 *      mount overlay: several folders seen as one; the upper one takes what
 *      is changed.
 */

#include <sys/vfs.h>

#include "lxMount.h"

/*
 * Puts a backslash before each special character. -1: there is no room.
 */
static int
Escape(char *buf, size_t size, const char *path, const char *special)
{
    size_t len = 0;

    for (; *path != '\0'; path++) {
        bool escape = strchr(special, *path) != NULL;

        if (len + escape + 1 >= size) {
            return -1;
        }
        if (escape) {
            buf[len++] = '\\';
        }
        buf[len++] = *path;
    }
    buf[len] = '\0';
    return (int)len;
}

/*
 * In a user namespace the layers' marks must be in user.overlay, since
 * trusted.overlay is for the first namespace only.
 */
static bool
UserXattr(struct lx_kernel *kernel, const struct lx_overlay *overlay)
{
    if (overlay->userxattr >= 0) {
        return overlay->userxattr != 0;
    }
    return overlay->upper != NULL && !lx_recording(kernel) && lx_in_userns();
}

/*
 * One more layer. A path that is too long for a string goes by descriptor,
 * which Linux 6.13 takes.
 */
static int
AddLayer(
    struct lx_kernel *kernel, int fsFd, const char *key, const char *path,
    struct lx_err *err)
{
    LX_SYSFD(layer) = {kernel, -1};
    char value[LX_FSCONFIG_SIZE];

    if (strcmp(key, "lowerdir+") != 0) {
        /* These two the kernel unescapes. */
        if (Escape(value, sizeof(value), path, "\\") >= 0) {
            return lx_fsconfig(kernel, fsFd, key, value, err);
        }
    } else if (strlen(path) < LX_FSCONFIG_SIZE) {
        return lx_fsconfig(kernel, fsFd, key, path, err);
    }
    layer.fd =
        lx_open_beneath(kernel, NULL, path, O_PATH | O_DIRECTORY, 0, err);
    if (layer.fd < 0) {
        return -1;
    }
    if (LX_SYS(
            kernel, fsconfig, "fcspf", fsFd, FSCONFIG_SET_FD, key, NULL,
            layer.fd)
        != 0) {
        lx_fail(err, errno, "");
        lx_fslog(fsFd, err);
        return -1;
    }
    return 0;
}

static int
AddOptions(
    struct lx_kernel *kernel, int fsFd, const struct lx_overlay *overlay,
    struct lx_err *err)
{
    if (UserXattr(kernel, overlay)
        && lx_fsconfig(kernel, fsFd, "userxattr", NULL, err) != 0) {
        return -1;
    }
    if ((overlay->attrs & LX_ATTR_READONLY)
        && lx_fsconfig(kernel, fsFd, "ro", NULL, err) != 0) {
        return -1;
    }
    for (const struct lx_mountoption *o = overlay->options; o->key; o++) {
        if (lx_fsconfig(kernel, fsFd, o->key, o->value, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int
OverlayTree(
    struct lx_kernel *kernel, const struct lx_overlay *overlay,
    struct lx_err *err)
{
    LX_SYSFD(fs) = {
        kernel, (int)LX_SYS(kernel, fsopen, "sx=", "overlay", FSOPEN_CLOEXEC)};

    if (fs.fd < 0) {
        return lx_fail(err, errno, "");
    }
    if (lx_fsconfig(kernel, fs.fd, "source", "overlay", err) != 0) {
        return -1;
    }
    for (const char *const *lower = overlay->lower; *lower; lower++) {
        if (AddLayer(kernel, fs.fd, "lowerdir+", *lower, err) != 0) {
            return -1;
        }
    }
    if (overlay->upper != NULL
        && (AddLayer(kernel, fs.fd, "upperdir", overlay->upper, err) != 0
            || AddLayer(kernel, fs.fd, "workdir", overlay->work, err) != 0)) {
        return -1;
    }
    if (AddOptions(kernel, fs.fd, overlay, err) != 0) {
        return -1;
    }
    return lx_fsfinish(kernel, fs.fd, overlay->attrs, &overlay->target, err);
}

/*
 * All in one text: layers are parted by ":", options by ",".
 */
static bool
AppendPath(
    char data[LX_DATA_SIZE], size_t *len, const char *before, const char *path)
{
    int count;

    *len += lx_format(data + *len, LX_DATA_SIZE - *len, "%s", before);
    if (*len >= LX_DATA_SIZE) {
        return false;
    }
    count = Escape(data + *len, LX_DATA_SIZE - *len, path, "\\:,");
    *len += count > 0 ? (size_t)count : 0;
    return count >= 0;
}

static bool
AppendWord(
    char data[LX_DATA_SIZE], size_t *len, const char *key, const char *value)
{
    *len += lx_format(
        data + *len, LX_DATA_SIZE - *len, ",%s%s%s", key,
        value != NULL ? "=" : "", value != NULL ? value : "");
    return *len < LX_DATA_SIZE;
}

static int
OverlayByName(
    struct lx_kernel *kernel, const struct lx_overlay *overlay,
    struct lx_err *err)
{
    char data[LX_DATA_SIZE];
    const char *before = "lowerdir=";
    size_t len = 0;
    bool fits = true;

    for (const char *const *lower = overlay->lower; *lower; lower++) {
        fits = fits && AppendPath(data, &len, before, *lower);
        before = ":";
    }
    if (overlay->upper != NULL) {
        fits = fits && AppendPath(data, &len, ",upperdir=", overlay->upper)
            && AppendPath(data, &len, ",workdir=", overlay->work);
    }
    if (UserXattr(kernel, overlay)) {
        fits = fits && AppendWord(data, &len, "userxattr", NULL);
    }
    for (const struct lx_mountoption *o = overlay->options; o->key; o++) {
        fits = fits && AppendWord(data, &len, o->key, o->value);
    }
    if (!fits) {
        return lx_refuse(
            err, "MOUNT", "TOOLONG",
            "the names of its layers are too long: mount(2) takes %d bytes",
            LX_DATA_SIZE - 1);
    }
    return lx_mount_by_name(
        kernel, "overlay", "overlay", &overlay->target, overlay->attrs, data,
        err);
}

/*
 * Before Linux 6.7 no layer can be added by itself, and before 6.5 that is
 * said no sooner than at the end, without a word (and by EOPNOTSUPP, if it was
 * by descriptor; by EBADF from then to 6.12). So these call for a second try as
 * well; of two errors, the one that the kernel explained is told.
 */
static int
SecondTry(
    struct lx_kernel *kernel, const struct lx_overlay *overlay,
    struct lx_err *err)
{
    const struct lx_err first = *err;
    int result = OverlayByName(kernel, overlay, err);

    if (result != 0 && first.errnum == EINVAL && first.hint[0] != '\0'
        && strstr(first.hint, "lowerdir+") == NULL
        && strstr(first.hint, "Legacy") == NULL) {
        *err = first;
    }
    return result;
}

int
lx_overlay_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_overlay *overlay = args;
    char text[LX_PLACE_TEXT];
    int result = OverlayTree(kernel, overlay, err);

    if (result != 0
        && (err->errnum == ENOSYS || err->errnum == EINVAL
            || err->errnum == EOPNOTSUPP || err->errnum == EBADF)) {
        result = SecondTry(kernel, overlay, err);
    }
    if (result != 0) {
        lx_context(
            err, "cannot mount overlay on %s",
            lx_place_text(&overlay->target, text));
        lx_why_overlay(err, overlay);
    }
    return result;
}
