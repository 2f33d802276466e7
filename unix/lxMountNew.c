/*
 * lxMountNew.c --
 *
 *      mount new: a file system that was not mounted yet. The kernel is told
 *      its options one by one, and says in words what it thinks of them.
 */

#include "lxMount.h"

/*
 * What the kernel wrote into the context's log becomes the error's hint: its
 * errors, each after "e ", or its warnings where there are no errors.
 */
void
lx_fslog(int fsFd, struct lx_err *err)
{
    char words[sizeof(err->hint)], line[512];
    size_t len = 0;
    bool errors = false;
    ssize_t count;

    while ((count = read(fsFd, line, sizeof(line) - 1)) > 0) {
        bool isError = line[0] == 'e';

        line[count] = '\0';
        line[strcspn(line, "\n")] = '\0';
        if (count < 3 || line[1] != ' ' || (errors && !isError)) {
            continue;
        }
        if (isError && !errors) {
            errors = true;
            len = 0;
        }
        len = lx_append(
            words, sizeof(words), len, "%s%s", len > 0 ? "; " : "", line + 2);
    }
    if (len > 0) {
        lx_hint(err, "the kernel says: %s", words);
    }
}

int
lx_fsconfig(
    struct lx_kernel *kernel, int fsFd, const char *key, const char *value,
    struct lx_err *err)
{
    unsigned command = value == NULL ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;

    if (LX_SYS(kernel, fsconfig, "fcssd", fsFd, command, key, value, 0) != 0) {
        lx_fail(err, errno, "");
        lx_fslog(fsFd, err);
        return -1;
    }
    return 0;
}

/*
 * From a context that knows its options to a mount that is seen.
 */
int
lx_fsfinish(
    struct lx_kernel *kernel, int fsFd, unsigned attrs,
    const struct lx_place *target, struct lx_err *err)
{
    LX_SYSFD(mount) = {kernel, -1};
    struct mount_attr attr;

    if (LX_SYS(
            kernel, fsconfig, "fcssd", fsFd, FSCONFIG_CMD_CREATE, NULL, NULL, 0)
        != 0) {
        lx_fail(err, errno, "");
        lx_fslog(fsFd, err);
        return -1;
    }
    lx_attr_kernel(attrs, 0, &attr);
    mount.fd = (int)LX_SYS(
        kernel, fsmount, "fxa=", fsFd, FSMOUNT_CLOEXEC, attr.attr_set);
    if (mount.fd < 0) {
        lx_fail(err, errno, "");
        lx_fslog(fsFd, err);
        return -1;
    }
    return lx_attach(kernel, mount.fd, target, err);
}

static int
NewTree(
    struct lx_kernel *kernel, const struct lx_mountnew *new, struct lx_err *err)
{
    LX_SYSFD(fs) = {
        kernel,
        (int)LX_SYS(kernel, fsopen, "sx=", new->fstype, FSOPEN_CLOEXEC)};

    if (fs.fd < 0) {
        return lx_fail(err, errno, "");
    }
    if (lx_fsconfig(kernel, fs.fd, "source", new->source, err) != 0) {
        return -1;
    }
    if ((new->attrs &LX_ATTR_READONLY)
        && lx_fsconfig(kernel, fs.fd, "ro", NULL, err) != 0) {
        return -1;
    }
    for (const struct lx_mountoption *o = new->options; o->key; o++) {
        if (lx_fsconfig(kernel, fs.fd, o->key, o->value, err) != 0) {
            return -1;
        }
    }
    return lx_fsfinish(kernel, fs.fd, new->attrs, &new->target, err);
}

/*
 * mount(2) takes the options as one text, parted by commas.
 */
static int
JoinOptions(
    const struct lx_mountoption *options, char data[LX_DATA_SIZE],
    struct lx_err *err)
{
    size_t len = 0;

    data[0] = '\0';
    for (const struct lx_mountoption *o = options; o->key; o++) {
        if (strchr(o->key, ',') != NULL
            || (o->value != NULL && strchr(o->value, ',') != NULL)) {
            return lx_refuse(
                err, "MOUNT", "COMMA",
                "the option %s has a comma, and this kernel can take it only "
                "in a list parted by commas: fsconfig(2) came with Linux 5.2",
                o->key);
        }
        len += lx_format(
            data + len, LX_DATA_SIZE - len, "%s%s%s%s", len > 0 ? "," : "",
            o->key, o->value != NULL ? "=" : "",
            o->value != NULL ? o->value : "");
        if (len >= LX_DATA_SIZE) {
            return lx_refuse(
                err, "MOUNT", "TOOLONG",
                "the options are too long: mount(2) takes %d bytes",
                LX_DATA_SIZE - 1);
        }
    }
    return 0;
}

int
lx_mount_by_name(
    struct lx_kernel *kernel, const char *fstype, const char *source,
    const struct lx_place *target, unsigned attrs, const char *data,
    struct lx_err *err)
{
    struct lx_spot spot;
    int result = lx_spot_open(kernel, target, &spot, err);

    if (result != 0) {
        return result;
    }
    if (LX_SYS(
            kernel, mount, "sssms", source, spot.name, fstype,
            lx_attr_ms(attrs), data)
        != 0) {
        result = lx_fail(err, errno, "");
    }
    lx_fd_close(&spot.fd);
    return result;
}

static int
NewByName(
    struct lx_kernel *kernel, const struct lx_mountnew *new, struct lx_err *err)
{
    char data[LX_DATA_SIZE];

    if (JoinOptions(new->options, data, err) != 0) {
        return -1;
    }
    return lx_mount_by_name(
        kernel, new->fstype, new->source, &new->target, new->attrs, data, err);
}

/*
 * fsconfig(2) takes no longer value, mount(2) does.
 */
static bool
HasLongValue(const struct lx_mountnew *new)
{
    for (const struct lx_mountoption *o = new->options; o->key; o++) {
        if (o->value != NULL && strlen(o->value) >= LX_FSCONFIG_SIZE) {
            return true;
        }
    }
    return false;
}

/*
 * What mount(2) does as well in one call as the newer ones in seven: where
 * there are no options to be told apart and no root to stay in.
 */
static bool
IsPlain(const struct lx_mountnew *new)
{
    return new->options->key == NULL &&new->target.root == NULL;
}

int
lx_mountnew_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_mountnew *new = args;
    char text[LX_PLACE_TEXT];
    int result;

    if (IsPlain(new) && NewByName(kernel, new, err) == 0) {
        return 0;
    }
    /* Of a refusal the newer calls can say the reason. */
    result = HasLongValue(new) ? lx_fail(err, ENOSYS, "")
                               : NewTree(kernel, new, err);

    if (result != 0 && err->errnum == ENOSYS) {
        result = NewByName(kernel, new, err);
    }
    if (result != 0) {
        lx_context(
            err, "cannot mount %s on %s", new->fstype,
            lx_place_text(&new->target, text));
        lx_why_new(err, new);
    }
    return result;
}
