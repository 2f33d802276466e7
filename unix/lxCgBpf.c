/*
 * lxCgBpf.c --
 *
 *      BPF programs of groups: loaded, attached, found. The group keeps an
 *      attached program, and the program goes with the group.
 */

#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

static int
Bpf(enum bpf_cmd command, union bpf_attr *attr)
{
    return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

#define ADDRESS(pointer) ((uint64_t)(uintptr_t)(pointer))

/* -- Loading -------------------------------------------------------------- */

static int
Load(const struct bpf_insn *code, size_t count, char *log, size_t size)
{
    union bpf_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attr.expected_attach_type = BPF_CGROUP_DEVICE;
    attr.insns = ADDRESS(code);
    attr.insn_cnt = (uint32_t)count;
    attr.license = ADDRESS("BSD");
    memcpy(attr.prog_name, LX_CGBPF_NAME, sizeof(LX_CGBPF_NAME));
    if (log != NULL) {
        attr.log_buf = ADDRESS(log);
        attr.log_size = (uint32_t)size;
        attr.log_level = 1;
    }
    return Bpf(BPF_PROG_LOAD, &attr);
}

static void
HintForRights(struct lx_err *err)
{
    if (err->errnum == EPERM && lx_in_userns()) {
        lx_hint(
            err,
            "version 2 limits devices by a BPF program, which the kernel "
            "takes from no user namespace");
    } else if (err->errnum == EPERM && !lx_capable(CAP_SYS_ADMIN)) {
        lx_hint(
            err,
            "version 2 limits devices by a BPF program, which takes "
            "CAP_SYS_ADMIN");
    }
}

/*
 * Where the kernel has no such programs, that is said instead.
 */
static int
Refused(struct lx_err *err, const char *what, int unknown)
{
    if (errno == ENOSYS || errno == unknown) {
        lx_refuse(
            err, "CGROUP", "UNSUPPORTED",
            "%s: this kernel has no BPF programs for groups, and version 2 has "
            "no other way to limit devices",
            what);
        lx_detail(err, "devices");
        return -1;
    }
    lx_fail(err, errno, "%s", what);
    HintForRights(err);
    return -1;
}

static int
LoadDevices(const struct lx_devices *devices, struct lx_err *err)
{
    struct bpf_insn code[LX_DEVICE_INSNS];
    size_t count = lx_devices_compile(devices, code);
    int program = Load(code, count, NULL, 0);
    char log[4096] = "";

    if (program >= 0) {
        return lx_fd_high(program);
    }
    Refused(err, "cannot load the device rules", ENOSYS);
    if (err->errnum == EINVAL || err->errnum == EACCES) {
        program = Load(code, count, log, sizeof(log) - 1);
        if (program >= 0) {
            return lx_fd_high(program);
        }
        if (log[0] != '\0') {
            lx_hint(err, "the kernel's verifier says: %s", log);
        }
    }
    return -1;
}

/* -- Attaching ------------------------------------------------------------ */

static int
Attach(int folder, int program, unsigned flags, int old)
{
    union bpf_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.target_fd = (uint32_t)folder;
    attr.attach_bpf_fd = (uint32_t)program;
    attr.attach_type = BPF_CGROUP_DEVICE;
    attr.attach_flags = BPF_F_ALLOW_MULTI | flags;
    if (flags & BPF_F_REPLACE) {
        attr.replace_bpf_fd = (uint32_t)old;
    }
    return Bpf(BPF_PROG_ATTACH, &attr);
}

int
lx_cgbpf_detach(int folder, int program)
{
    union bpf_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.target_fd = (uint32_t)folder;
    attr.attach_bpf_fd = (uint32_t)program;
    attr.attach_type = BPF_CGROUP_DEVICE;
    return Bpf(BPF_PROG_DETACH, &attr);
}

/*
 * Linux before 5.6 does not replace: for a moment both decide, and what one of
 * them denies is denied.
 */
static int
Replace(int folder, int program, int old)
{
    if (Attach(folder, program, BPF_F_REPLACE, old) == 0) {
        return 0;
    }
    if (errno != EINVAL || Attach(folder, program, 0, -1) != 0) {
        return -1;
    }
    if (lx_cgbpf_detach(folder, old) != 0) {
        int saved = errno;

        lx_cgbpf_detach(folder, program);
        errno = saved;
        return -1;
    }
    return 0;
}

int
lx_cgbpf_attach(
    int folder, const struct lx_devices *devices, int old, struct lx_err *err)
{
    LX_AUTOCLOSE int program = LoadDevices(devices, err);
    int result;

    if (program < 0) {
        return -1;
    }
    result = old >= 0 ? Replace(folder, program, old)
                      : Attach(folder, program, 0, -1);
    if (result == 0) {
        return 0;
    }
    lx_fail(err, errno, "cannot attach the device rules");
    if (err->errnum == EPERM && lx_capable(CAP_SYS_ADMIN)) {
        lx_hint(
            err,
            "the group, or one above it, has a program of others' that "
            "lets no further one be; cgroup devices NAME programs lists "
            "them");
    } else {
        HintForRights(err);
    }
    return -1;
}

/* -- Finding -------------------------------------------------------------- */

int
lx_cgbpf_query(int folder, uint32_t ids[LX_CGBPF_PROGRAMS], struct lx_err *err)
{
    union bpf_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.query.target_fd = (uint32_t)folder;
    attr.query.attach_type = BPF_CGROUP_DEVICE;
    attr.query.prog_ids = ADDRESS(ids);
    attr.query.prog_cnt = LX_CGBPF_PROGRAMS;
    return Bpf(BPF_PROG_QUERY, &attr) == 0
        ? (int)attr.query.prog_cnt
        : Refused(err, "cannot find the device rules", EINVAL);
}

static int
OpenById(uint32_t id)
{
    union bpf_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.prog_id = id;
    return lx_fd_high(Bpf(BPF_PROG_GET_FD_BY_ID, &attr));
}

/*
 * 0: it is gone meanwhile.
 */
int
lx_cgbpf_open(
    uint32_t id, struct lx_cgprogram *program, struct lx_devices *devices,
    struct lx_err *err)
{
    struct bpf_insn code[LX_DEVICE_BLINDED];
    struct bpf_prog_info info;
    union bpf_attr attr;
    int fd = OpenById(id);

    if (fd < 0) {
        return errno == ENOENT
            ? 0
            : Refused(err, "cannot read the device rules", ENOSYS);
    }
    memset(&info, 0, sizeof(info));
    info.xlated_prog_insns = ADDRESS(code);
    info.xlated_prog_len = sizeof(code);
    memset(&attr, 0, sizeof(attr));
    attr.info.bpf_fd = (uint32_t)fd;
    attr.info.info_len = sizeof(info);
    attr.info.info = ADDRESS(&info);
    if (Bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) != 0) {
        lx_fd_close(&fd);
        return Refused(err, "cannot read the device rules", ENOSYS);
    }
    program->id = id;
    memcpy(program->tag, info.tag, sizeof(program->tag));
    memcpy(program->name, info.name, sizeof(program->name));
    program->name[sizeof(program->name) - 1] = '\0';
    program->ours = strcmp(program->name, LX_CGBPF_NAME) == 0
        && info.xlated_prog_insns != 0 && info.xlated_prog_len <= sizeof(code)
        && lx_devices_decode(
                        code, info.xlated_prog_len / sizeof(*code), devices);
    return fd;
}
