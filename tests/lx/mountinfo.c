/* Lines of mountinfo and mountstats, and files read line by line. */

#include "check.h"
#include "lx.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void
plain(void)
{
    char line[] = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 "
                  "/dev/root rw,errors=continue";
    struct lx_mount mount;

    CHECK(lx_mount_parse(line, &mount));
    CHECK_INT(mount.id, 36);
    CHECK_INT(mount.parent, 35);
    CHECK_STR(mount.device, "98:0");
    CHECK_STR(mount.root, "/mnt1");
    CHECK_STR(mount.target, "/mnt2");
    CHECK_STR(mount.options, "rw,noatime");
    CHECK_INT(mount.shared, 0);
    CHECK_INT(mount.master, 1);
    CHECK_INT(mount.from, 0);
    CHECK(!mount.unbindable);
    CHECK_STR(mount.fstype, "ext3");
    CHECK_STR(mount.source, "/dev/root");
    CHECK_STR(mount.superOptions, "rw,errors=continue");
}

/* Any number of optional fields, also of kinds that are yet to come. */
static void
optional_fields(void)
{
    char none[] = "1 0 0:2 / / rw - rootfs rootfs rw";
    char all[] = "9 8 0:3 / /a rw shared:12 master:345 propagate_from:67 "
                 "novel:1 unbindable sealed - tmpfs t rw";
    struct lx_mount mount;

    CHECK(lx_mount_parse(none, &mount));
    CHECK_INT(mount.shared, 0);
    CHECK_STR(mount.fstype, "rootfs");
    CHECK(lx_mount_parse(all, &mount));
    CHECK_INT(mount.shared, 12);
    CHECK_INT(mount.master, 345);
    CHECK_INT(mount.from, 67);
    CHECK(mount.unbindable);
    CHECK_STR(mount.source, "t");
}

static void
escapes(void)
{
    char line[] = "1 2 0:4 /a\\040b /t\\011n\\012b\\134 rw - fuse.x\\040y "
                  "a\\043\\040- rw,lowerdir=/a\\054b";
    char wrong[] = "\\0 \\08\\ \\777\\04";
    struct lx_mount mount;

    CHECK(lx_mount_parse(line, &mount));
    CHECK_STR(mount.root, "/a b");
    CHECK_STR(mount.target, "/t\tn\nb\\");
    CHECK_STR(mount.fstype, "fuse.x y");
    CHECK_STR(mount.source, "a# -");
    CHECK_STR(mount.superOptions, "rw,lowerdir=/a\\054b");
    CHECK_STR(lx_unescape(mount.superOptions), "rw,lowerdir=/a,b");
    /* What is no escape stays as it is. */
    CHECK_STR(lx_unescape(wrong), "\\0 \\08\\ \\777\\04");
}

/* mount -t tmpfs "" /a has a source without a letter. */
static void
empty_source(void)
{
    char line[] = "1 2 0:4 / /a rw - tmpfs  rw,size=4k";
    char bare[] = "1 2 0:4 / /a rw - tmpfs none ";
    struct lx_mount mount;

    CHECK(lx_mount_parse(line, &mount));
    CHECK_STR(mount.source, "");
    CHECK_STR(mount.superOptions, "rw,size=4k");
    CHECK(lx_mount_parse(bare, &mount));
    CHECK_STR(mount.superOptions, "");
}

static void
bad_lines(void)
{
    static const char *const lines[] = {
        "",
        " ",
        "1",
        "1 2 0:4 / /a rw",
        "1 2 0:4 / /a rw -",
        "1 2 0:4 / /a rw - tmpfs",
        "1 2 0:4 / /a rw - tmpfs source",
        "x 2 0:4 / /a rw - tmpfs source rw",
        "-1 2 0:4 / /a rw - tmpfs source rw",
        "99999999999999999999999999 2 0:4 / /a rw - tmpfs source rw",
        "1 2 0:4 / /a rw shared:1 tmpfs source rw"};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char *line = strdup(lines[i]);
        struct lx_mount mount;

        CHECK(!lx_mount_parse(line, &mount));
        free(line);
    }
}

static void
options(void)
{
    CHECK(lx_has_option("rw,nosuid,nodev", "rw"));
    CHECK(lx_has_option("rw,nosuid,nodev", "nosuid"));
    CHECK(lx_has_option("rw,nosuid,nodev", "nodev"));
    CHECK(!lx_has_option("rw,nosuid,nodev", "no"));
    CHECK(!lx_has_option("rw,nosuid,nodev", "suid"));
    CHECK(!lx_has_option("rw,nosuid,nodev", "nodevs"));
    CHECK(!lx_has_option("", "rw"));
}

static void
stats(void)
{
    char plain_[] = "device /dev/vda mounted on /a\\040b with fstype ext4";
    char none[] = "no device mounted on / with fstype rootfs";
    char nfs[] = "device s:/x mounted on /n with fstype nfs4 statvers=1.1";
    char detail[] = "\topts:\trw,vers=4.2";
    char cut[] = "device /dev/vda mounted on";
    struct lx_mountstat stat;

    CHECK(lx_mountstat_parse(plain_, &stat));
    CHECK_STR(stat.source, "/dev/vda");
    CHECK_STR(stat.target, "/a b");
    CHECK_STR(stat.fstype, "ext4");
    CHECK(stat.version == NULL);
    CHECK(lx_mountstat_parse(none, &stat));
    CHECK(stat.source == NULL);
    CHECK_STR(stat.target, "/");
    CHECK(lx_mountstat_parse(nfs, &stat));
    CHECK_STR(stat.version, "1.1");
    CHECK(!lx_mountstat_parse(detail, &stat));
    CHECK(!lx_mountstat_parse(cut, &stat));
}

/* ------------------------------------------------------------------------ */

static struct lx_lines lines;
static char path[64];

static bool
open_text(const char *text, char *buf, size_t size)
{
    int fd;

    strcpy(path, "/tmp/nscg-lines-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        return false;
    }
    close(fd);
    return lx_lines_open(&lines, path, buf, size) == 0;
}

static void
close_text(void)
{
    lx_lines_close(&lines);
    unlink(path);
}

static void
lines_that_fit(void)
{
    char buf[8];

    CHECK(open_text("one\n\nthree\nfour", buf, sizeof(buf)));
    CHECK_STR(lx_lines_next(&lines), "one");
    CHECK_STR(lx_lines_next(&lines), "");
    CHECK_STR(lx_lines_next(&lines), "three");
    CHECK_STR(lx_lines_next(&lines), "four");
    CHECK(lx_lines_next(&lines) == NULL);
    CHECK(lx_lines_next(&lines) == NULL);
    CHECK(!lines.cut);
    CHECK_INT(lines.errnum, 0);
    close_text();
}

/* A long line is cut, and the next one is whole again. */
static void
lines_too_long(void)
{
    char buf[8];

    CHECK(open_text(
        "abcdefghijklmnopqrstuvwxyz\nnext\n1234567\n12345678\nz\n"
        "an end without",
        buf, sizeof(buf)));
    CHECK_STR(lx_lines_next(&lines), "abcdefg");
    CHECK(lines.cut);
    CHECK_STR(lx_lines_next(&lines), "next");
    CHECK_STR(lx_lines_next(&lines), "1234567");
    CHECK_STR(lx_lines_next(&lines), "1234567");
    CHECK_STR(lx_lines_next(&lines), "z");
    CHECK_STR(lx_lines_next(&lines), "an end ");
    CHECK(lx_lines_next(&lines) == NULL);
    close_text();
}

static void
lines_none(void)
{
    char buf[8];

    CHECK(open_text("", buf, sizeof(buf)));
    CHECK(lx_lines_next(&lines) == NULL);
    close_text();
    CHECK_INT(lx_lines_open(&lines, "/no/such/file", buf, sizeof(buf)), -1);
    CHECK_INT(lx_lines_open(&lines, "/", buf, sizeof(buf)), 0);
    CHECK(lx_lines_next(&lines) == NULL);
    CHECK(lines.errnum != 0);
    lx_lines_close(&lines);
}

/* The mount that a path is in, as the system itself has it. */
static void
where(void)
{
    struct lx_where place;

    CHECK_INT(lx_where_path(&place, "/proc"), 0);
    CHECK_STR(place.mount.target, "/proc");
    CHECK_STR(place.mount.fstype, "proc");
    CHECK(place.top);
    CHECK_INT(lx_where_path(&place, "/proc/self/../1"), 0);
    CHECK_STR(place.path, "/proc/1");
    CHECK_STR(place.mount.target, "/proc");
    CHECK(!place.top);
    CHECK_INT(lx_where_path(&place, "/proc/no/such"), -1);
    CHECK_INT(lx_where_id(&place, 4294967295u), -1);
}

int
main(void)
{
    RUN(plain);
    RUN(optional_fields);
    RUN(escapes);
    RUN(empty_source);
    RUN(bad_lines);
    RUN(options);
    RUN(stats);
    RUN(lines_that_fit);
    RUN(lines_too_long);
    RUN(lines_none);
    RUN(where);
    return check_done();
}
