/*
 * lxCgDevices.h --
 *
 *      Which devices the processes of a group may open and make. A part of
 *      lxCgroup.h.
 *
 *      The rules of a group are what version 1 has: all devices are allowed, or
 *      none, and there are exceptions from that; an exception has none itself.
 *      On version 2 they become a BPF program that is attached to the group,
 *      and are read back out of that very program.
 */

#ifndef LX_CG_DEVICES_H
#define LX_CG_DEVICES_H

#include "lxCgroup.h"

#define LX_DEVICE_RULES 256
#define LX_DEVICE_ANY UINT32_MAX
#define LX_DEVICE_MAJOR 4095 /* the largest that the kernel has */
#define LX_DEVICE_MINOR 1048575

/* As BPF_DEVCG_ACC_... */
enum lx_devaccess {
    LX_DEV_MKNOD = 1,
    LX_DEV_READ = 2,
    LX_DEV_WRITE = 4,
    LX_DEV_ACCESS = 7
};

struct lx_devrule {
    char type;             /* 'b' or 'c'; 'a' stands for all that there is */
    uint32_t major, minor; /* LX_DEVICE_ANY: each */
    unsigned access;       /* bits of enum lx_devaccess, not 0 */
};

struct lx_devices {
    bool allow; /* what is in no exception */
    int count;
    struct lx_devrule list[LX_DEVICE_RULES];
};

struct lx_devchange {
    bool allow;
    struct lx_devrule rule;
};

/* ------------------------------------------------------------------------
 * lxCgDeviceRules.c, lxCgDeviceText.c: rules without the kernel.
 */

#define LX_DEVICE_TEXT 40 /* "c 4294967294:4294967294 rwm" */

char *lx_devrule_text(const struct lx_devrule *rule, char buf[LX_DEVICE_TEXT]);
bool lx_devrule_parse(const char *text, struct lx_devrule *rule);
/* What devices.list says, and what lx_devices_text writes. false: not that. */
bool lx_devices_parse(const char *text, struct lx_devices *devices);
/* One rule a line, "a *:* rwm" first where all is allowed; its length. */
#define LX_DEVICES_TEXT ((LX_DEVICE_RULES + 1) * LX_DEVICE_TEXT)
size_t
lx_devices_text(const struct lx_devices *devices, char *buf, size_t size);
bool lx_devices_same(const struct lx_devices *a, const struct lx_devices *b);
/* One exception more, or less; false: too many. */
bool lx_devices_add(struct lx_devices *devices, const struct lx_devrule *rule);
void
lx_devices_remove(struct lx_devices *devices, const struct lx_devrule *rule);
/*
 * One change, in a group below one that has the rules `above`. Refused: what
 * that one does not allow (EPERM, as version 1 does), and what would have no
 * effect because of a wider rule that stands (which version 1 ignores).
 */
int lx_devices_change(
    struct lx_devices *devices, const struct lx_devices *above,
    const struct lx_devchange *change, struct lx_err *err);
/* What is left of `devices` below a group with the rules `above`; false: too
 * many. Where an exception of the one takes a part from a wider one of the
 * other, the wider one stays. */
bool
lx_devices_restrict(struct lx_devices *devices, const struct lx_devices *above);

/* ------------------------------------------------------------------------
 * lxCgDeviceCode.c: rules <-> instructions of BPF.
 */

struct bpf_insn;

#define LX_DEVICE_INSNS (8 + 9 * LX_DEVICE_RULES)
#define LX_DEVICE_BLINDED \
    (3 * LX_DEVICE_INSNS + 2) /* as the kernel may have it */

/* Room for LX_DEVICE_INSNS -> how many. */
size_t
lx_devices_compile(const struct lx_devices *devices, struct bpf_insn *code);
/* false: it is not what lx_devices_compile makes. */
bool lx_devices_decode(
    const struct bpf_insn *code, size_t count, struct lx_devices *devices);

/* ------------------------------------------------------------------------
 * lxCgBpf.c: programs of groups, by bpf(2).
 */

#define LX_CGBPF_PROGRAMS 64 /* BPF_CGROUP_MAX_PROGS */
#define LX_CGBPF_NAME "nscg_devices"

struct lx_cgprogram {
    uint32_t id;
    uint8_t tag[8];
    char name[16];
    bool ours;
};

/* Those of the group itself -> how many. */
int
lx_cgbpf_query(int folder, uint32_t ids[LX_CGBPF_PROGRAMS], struct lx_err *err);
/* A descriptor (0: no such program); *devices is filled in when it is `ours` */
int lx_cgbpf_open(
    uint32_t id, struct lx_cgprogram *program, struct lx_devices *devices,
    struct lx_err *err);
/* In place of the program `old`, or (-1) besides those that are there. */
int lx_cgbpf_attach(
    int folder, const struct lx_devices *devices, int old, struct lx_err *err);
int lx_cgbpf_detach(int folder, int program); /* -1: errno */

/* ------------------------------------------------------------------------
 * lxCgDevices.c; lxCgDevices1.c and lxCgDevices2.c for the two versions.
 */

/* The rules that are in force in the group. */
int lx_devices_get(
    struct lx_group *group, struct lx_devices *devices, struct lx_err *err);
/* All of the changes or none, in that order. */
int lx_devices_set(
    struct lx_group *group, const struct lx_devchange *changes, int count,
    struct lx_err *err);
/* The BPF programs that decide, from the topmost group to this one. */
typedef void lx_cgprogram_found(
    void *arg, const char *group, const struct lx_cgprogram *program);
int lx_devices_programs(
    struct lx_group *group, lx_cgprogram_found *found, void *arg,
    struct lx_err *err);

/* A path below the hierarchy's folder (lx_group_path), and the groups above:
 * each time a longer part of it, from "." on. false: that was all. */
struct lx_cgwalk {
    char path[LX_GROUP_PATH];
    size_t len; /* of what was last shown */
    bool begun;
};
int lx_cgwalk_begin(
    struct lx_cgwalk *walk, struct lx_group *group, int index,
    struct lx_err *err);
bool lx_cgwalk_next(struct lx_cgwalk *walk, char part[LX_GROUP_PATH]);
bool lx_cgwalk_last(const struct lx_cgwalk *walk);

int lx_devices1_get(
    struct lx_group *group, int index, struct lx_devices *devices,
    struct lx_err *err);
int lx_devices1_set(
    struct lx_group *group, int index, const struct lx_devchange *changes,
    int count, struct lx_err *err);
int lx_devices2_get(
    struct lx_group *group, int index, struct lx_devices *devices,
    struct lx_err *err);
int lx_devices2_set(
    struct lx_group *group, int index, const struct lx_devchange *changes,
    int count, struct lx_err *err);
int lx_devices2_programs(
    struct lx_group *group, int index, lx_cgprogram_found *found, void *arg,
    struct lx_err *err);

#endif /* LX_CG_DEVICES_H */
