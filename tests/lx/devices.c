/* Device rules: what they allow, as text, and as a program of BPF that is run
 * here, by a few lines of an interpreter, and loaded into the kernel. */

#include "check.h"
#include "lx.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* -- What is to be expected ----------------------------------------------- */

/* One open or mknod of a device. */
struct ask {
    char type;
    uint32_t major, minor;
    unsigned access;
};

/* As the documentation of version 1 has it. */
static bool
expected(const struct lx_devices *devices, const struct ask *ask)
{
    for (int i = 0; i < devices->count; i++) {
        const struct lx_devrule *rule = &devices->list[i];

        if (rule->type != ask->type
            || (rule->major != LX_DEVICE_ANY && rule->major != ask->major)
            || (rule->minor != LX_DEVICE_ANY && rule->minor != ask->minor)) {
            continue;
        }
        if (devices->allow ? (rule->access & ask->access) != 0
                           : (ask->access & ~rule->access) == 0) {
            return !devices->allow;
        }
    }
    return devices->allow;
}

/* -- An interpreter for the instructions that are used -------------------- */

static int
interpret(const struct bpf_insn *code, size_t count, const struct ask *ask)
{
    uint32_t context[3] = {
        (ask->access << 16)
            | (ask->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR),
        ask->major, ask->minor};
    uint64_t reg[11] = {0};
    bool pointer = true; /* register 1 has it still */

    for (size_t at = 0; at < count; at++) {
        const struct bpf_insn *insn = &code[at];
        uint64_t imm = (uint64_t)(int64_t)insn->imm;
        uint64_t *dst = &reg[insn->dst_reg];

        switch (insn->code) {
        case BPF_LDX | BPF_MEM | BPF_W:
            if (!pointer || insn->src_reg != 1 || insn->off < 0 || insn->off > 8
                || insn->off % 4 != 0) {
                return -1;
            }
            *dst = context[insn->off / 4];
            break;
        case BPF_ALU64 | BPF_MOV | BPF_X:
            *dst = reg[insn->src_reg];
            pointer = pointer && insn->dst_reg != 1;
            break;
        case BPF_ALU64 | BPF_MOV | BPF_K:
            *dst = imm;
            break;
        case BPF_ALU64 | BPF_AND | BPF_K:
            *dst &= imm;
            break;
        case BPF_ALU64 | BPF_RSH | BPF_K:
            *dst >>= imm;
            break;
        case BPF_JMP | BPF_JNE | BPF_K:
            at += *dst != imm ? (size_t)insn->off : 0;
            break;
        case BPF_JMP | BPF_JEQ | BPF_K:
            at += *dst == imm ? (size_t)insn->off : 0;
            break;
        case BPF_JMP | BPF_EXIT:
            return (int)reg[0];
        default:
            return -1;
        }
    }
    return -1;
}

/* -- By chance ------------------------------------------------------------ */

static unsigned
chance(unsigned below)
{
    static uint64_t state = 88172645463325252ull;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % below);
}

static uint32_t
number(void)
{
    return chance(3) == 0 ? LX_DEVICE_ANY : chance(3);
}

static struct lx_devrule
anyRule(void)
{
    return (struct lx_devrule){
        .type = chance(2) ? 'b' : 'c',
        .major = number(),
        .minor = number(),
        .access = 1 + chance(7)};
}

static void
fill(struct lx_devices *devices, int count)
{
    devices->allow = chance(2);
    devices->count = 0;
    for (int i = 0; i < count; i++) {
        struct lx_devrule rule = anyRule();

        lx_devices_add(devices, &rule);
    }
}

/* Each of the devices that a rule of number() can tell from others. */
#define EACH_ASK(ask) \
    for (unsigned n_ = 0; n_ < 2 * 4 * 4 * 8; n_++) \
        if ((ask = \
                 (struct ask){ \
                     n_ & 1 ? 'b' : 'c', n_ >> 1 & 3, n_ >> 3 & 3, n_ >> 5}, \
             true))

/* -- Tests ---------------------------------------------------------------- */

static void
program(void)
{
    struct bpf_insn code[LX_DEVICE_INSNS];
    struct lx_devices devices, back;
    struct ask ask;

    for (int i = 0; i < 2000; i++) {
        size_t count;

        fill(&devices, (int)chance(8));
        count = lx_devices_compile(&devices, code);
        EACH_ASK(ask)
        {
            CHECK_INT(interpret(code, count, &ask), expected(&devices, &ask));
        }
        CHECK(lx_devices_decode(code, count, &back));
        CHECK(lx_devices_same(&back, &devices));
    }
}

/* As the kernel does with net.core.bpf_jit_harden. */
static size_t
blind(const struct bpf_insn *code, size_t count, struct bpf_insn *blinded)
{
    size_t place[LX_DEVICE_INSNS + 1], made = 0;

    for (size_t i = 0; i < count; i++) {
        struct bpf_insn insn = code[i];
        int by = (int)chance(1u << 31);

        place[i] = made;
        if (insn.code == (BPF_ALU64 | BPF_MOV | BPF_K) && insn.imm == 0) {
            insn.code = BPF_ALU64 | BPF_XOR | BPF_X;
            insn.src_reg = insn.dst_reg;
        } else if (
            (BPF_CLASS(insn.code) == BPF_JMP && BPF_OP(insn.code) != BPF_EXIT)
            || (BPF_CLASS(insn.code) == BPF_ALU64
                && BPF_SRC(insn.code) == BPF_K)) {
            blinded[made++] = (struct bpf_insn){
                .code = BPF_ALU64 | BPF_MOV | BPF_K,
                .dst_reg = 11,
                .imm = insn.imm ^ by};
            blinded[made++] = (struct bpf_insn){
                .code = BPF_ALU64 | BPF_XOR | BPF_K, .dst_reg = 11, .imm = by};
            insn.code |= BPF_X;
            insn.src_reg = 11;
            insn.imm = 0;
        }
        blinded[made++] = insn;
    }
    place[count] = made;
    for (size_t i = 0; i < count; i++) {
        if (code[i].off != 0 && BPF_CLASS(code[i].code) == BPF_JMP) {
            blinded[place[i + 1] - 1].off =
                (short)(place[i + 1 + (size_t)code[i].off] - place[i + 1]);
        }
    }
    return made;
}

static void
hardened(void)
{
    static struct bpf_insn code[LX_DEVICE_INSNS], blinded[LX_DEVICE_BLINDED];
    struct lx_devices devices, back;

    for (int i = 0; i < 1000; i++) {
        size_t count;

        fill(&devices, (int)chance(8));
        count = blind(code, lx_devices_compile(&devices, code), blinded);
        CHECK(lx_devices_decode(blinded, count, &back));
        CHECK(lx_devices_same(&back, &devices));
        CHECK(!lx_devices_decode(blinded, count - 1 - chance(5), &back));
        blinded[chance((unsigned)count)].code ^= (uint8_t)(1 << chance(8));
        if (lx_devices_decode(blinded, count, &back)) {
            CHECK(!lx_devices_same(&back, &devices));
        }
    }
}

static void
largest(void)
{
    struct bpf_insn code[LX_DEVICE_INSNS];
    struct lx_devices devices = {.allow = false}, back;
    struct lx_devrule rule = {'c', 4095, 0, LX_DEV_READ};
    struct ask ask = {'c', 4095, 1048575, LX_DEV_READ};
    size_t count;

    for (int i = 0; i < LX_DEVICE_RULES; i++) {
        rule.minor = (uint32_t)(1048575 - LX_DEVICE_RULES + 1 + i);
        CHECK(lx_devices_add(&devices, &rule));
    }
    rule.minor = 1;
    CHECK(!lx_devices_add(&devices, &rule));
    count = lx_devices_compile(&devices, code);
    CHECK(count <= LX_DEVICE_INSNS);
    CHECK_INT(interpret(code, count, &ask), 1);
    ask.minor = 1048575 - LX_DEVICE_RULES;
    CHECK_INT(interpret(code, count, &ask), 0);
    CHECK(lx_devices_decode(code, count, &back));
    CHECK_INT(back.count, LX_DEVICE_RULES);
}

/* One bit of a program is another: it is not understood, or means that. */
static void
changed(void)
{
    struct bpf_insn code[LX_DEVICE_INSNS];
    struct lx_devices devices, back;

    for (int i = 0; i < 3000; i++) {
        size_t count, bit;

        fill(&devices, 1 + (int)chance(4));
        count = lx_devices_compile(&devices, code);
        bit = chance((unsigned)(count * sizeof(*code) * 8));
        ((unsigned char *)code)[bit / 8] ^= (unsigned char)(1 << bit % 8);
        if (lx_devices_decode(code, count, &back)) {
            CHECK(!lx_devices_same(&back, &devices));
        }
        CHECK(!lx_devices_decode(code, count - 1 - chance(2), &back));
    }
}

/* After a change, what it says is so; and all else is as it was. */
static void
changes(void)
{
    struct lx_devices before, after;
    struct ask ask;

    for (int i = 0; i < 5000; i++) {
        struct lx_devchange change = {chance(2), anyRule()};
        struct lx_devices only = {
            .allow = false, .count = 1, .list = {change.rule}};
        struct lx_err err;

        fill(&before, (int)chance(6));
        after = before;
        if (lx_devices_change(&after, NULL, &change, &err) != 0) {
            CHECK_STR(err.reason, "OVERLAP");
            continue;
        }
        EACH_ASK(ask)
        {
            /* Of one access: more than one can ask for two rules at once. */
            if (ask.access == 0 || (ask.access & (ask.access - 1)) != 0) {
                continue;
            }
            CHECK_INT(
                expected(&after, &ask),
                expected(&only, &ask) ? change.allow : expected(&before, &ask));
        }
    }
}

/* What is left below another group is what both allow; where an exception
 * would need one itself, more. */
static void
below(void)
{
    struct lx_devices own, above, both;
    struct ask ask;

    for (int i = 0; i < 3000; i++) {
        fill(&own, (int)chance(6));
        fill(&above, (int)chance(6));
        both = own;
        CHECK(lx_devices_restrict(&both, &above));
        EACH_ASK(ask)
        {
            bool may = expected(&own, &ask) && expected(&above, &ask);

            if ((ask.access & (ask.access - 1)) != 0 || ask.access == 0) {
                continue;
            }
            if (own.allow == above.allow) {
                CHECK_INT(expected(&both, &ask), may);
            } else {
                CHECK(expected(&both, &ask) || !may);
            }
        }
        both = own;
        lx_devices_restrict(&both, &own);
        CHECK(lx_devices_same(&both, &own));
    }
}

static void
notAbove(void)
{
    struct lx_devices above = {.allow = false}, own;
    struct lx_devchange change = {true, {'c', 1, 3, LX_DEV_READ}};
    struct lx_devrule all = {'a', LX_DEVICE_ANY, LX_DEVICE_ANY, LX_DEV_ACCESS};
    struct lx_err err;

    own = above;
    CHECK_INT(lx_devices_change(&own, &above, &change, &err), -1);
    CHECK_INT(err.errnum, EPERM);
    CHECK_STR(err.what, "cannot allow c 1:3 r");
    lx_devices_add(&above, &change.rule);
    CHECK_INT(lx_devices_change(&own, &above, &change, &err), 0);
    change.rule.access |= LX_DEV_WRITE;
    CHECK_INT(lx_devices_change(&own, &above, &change, &err), -1);
    change.rule = all;
    CHECK_INT(lx_devices_change(&own, &above, &change, &err), -1);
    CHECK_STR(err.what, "cannot allow all");
    above.allow = true;
    CHECK_INT(lx_devices_change(&own, &above, &change, &err), 0);
    CHECK(lx_devices_same(&own, &above));
}

static void
text(void)
{
    static const char *const good[] = {
        "b *:* m\n",   "c 1:3 rwm\nc 5:* rw\n",  "c 4294967294:0 w\n",
        "a *:* rwm\n", "a *:* rwm\nb *:* rwm\n", ""};
    static const char *const bad[] = {
        "b *:* m\n\n", "c 1:3\n",          "c 1:3 \n",
        "c 1 r\n",     "c 4294967295:0 w", "c 18446744073709551617:0 w",
        "a 1:3 rwm\n", "a *:* r\n",        "c  1:3 r",
        "c 1:3 rwmm",  "c **:3 r",         "c *1:3 r",
        "c :3 r",      "C 1:3 r",          "c 1:3 r "};
    struct lx_devices devices;
    char buf[LX_DEVICES_TEXT];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CHECK(lx_devices_parse(good[i], &devices));
        CHECK_INT(lx_devices_text(&devices, buf, sizeof(buf)), strlen(good[i]));
        CHECK_STR(buf, good[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!lx_devices_parse(bad[i], &devices));
    }
}

/* -- The kernel ----------------------------------------------------------- */

static char folder[256];
static int group = -1;

/* A group of version 2, and whether the kernel takes programs. */
static const char *
start(void)
{
    struct lx_cgroups cgroups;
    uint32_t ids[LX_CGBPF_PROGRAMS];
    struct lx_err err;
    const char *why = NULL;

    lx_cgroups_init(&cgroups);
    if (lx_cgroups_fresh(&cgroups, &err) != 0 || cgroups.unified < 0) {
        why = "version 2 is not mounted";
    } else {
        snprintf(
            folder, sizeof(folder), "%s/nscg-unit%d",
            cgroups.list[cgroups.unified].path, (int)getpid());
        if (mkdir(folder, 0755) != 0
            || (group = open(folder, O_RDONLY | O_DIRECTORY)) < 0) {
            why = "it takes root";
        } else if (lx_cgbpf_query(group, ids, &err) != 0) {
            why = "no BPF programs of groups";
        }
    }
    lx_cgroups_free(&cgroups);
    return why;
}

static int
attached(void)
{
    uint32_t ids[LX_CGBPF_PROGRAMS];
    struct lx_err err;

    return lx_cgbpf_query(group, ids, &err);
}

/* The first of ours, read back. */
static int
ours(struct lx_devices *devices)
{
    uint32_t ids[LX_CGBPF_PROGRAMS];
    struct lx_cgprogram program;
    struct lx_err err;
    int count = lx_cgbpf_query(group, ids, &err);

    for (int i = 0; i < count; i++) {
        int fd = lx_cgbpf_open(ids[i], &program, devices, &err);

        if (fd > 0 && program.ours) {
            return fd;
        }
        close(fd);
    }
    return -1;
}

/* Rules that cover one another, too: nothing is optimised away. */
static void
loaded(void)
{
    int program = -1;

    for (int i = 0; i < 200; i++) {
        struct lx_devices devices, back;
        struct lx_err err;

        fill(&devices, (int)chance(20));
        if (lx_cgbpf_attach(group, &devices, program, &err) != 0) {
            CHECK_STR(err.what, "");
            CHECK_STR(err.hint, "");
            break;
        }
        if (program >= 0) {
            close(program);
        }
        program = ours(&back);
        CHECK(program >= 0);
        CHECK_INT(attached(), 1);
        CHECK(lx_devices_same(&devices, &back));
    }
    CHECK_INT(lx_cgbpf_detach(group, program), 0);
    close(program);
    CHECK_INT(attached(), 0);
}

static void
many(void)
{
    struct lx_devices devices = {.allow = false}, back;
    struct lx_err err;
    int program;

    for (uint32_t i = 0; i < LX_DEVICE_RULES; i++) {
        struct lx_devrule rule = {'b', 4095 - i, 1048575 - i, LX_DEV_MKNOD};

        lx_devices_add(&devices, &rule);
    }
    CHECK_INT(lx_cgbpf_attach(group, &devices, -1, &err), 0);
    program = ours(&back);
    CHECK(program >= 0);
    CHECK(lx_devices_same(&devices, &back));
    CHECK_INT(lx_cgbpf_detach(group, program), 0);
    close(program);
}

/* A program of others', which says 1 to all: *r0 = 1; exit. */
static int
foreign(const char *name, unsigned flags)
{
    struct bpf_insn code[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1},
        {.code = BPF_JMP | BPF_EXIT}};
    union bpf_attr attr;
    int fd;

    memset(&attr, 0, sizeof(attr));
    attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attr.insns = (uintptr_t)code;
    attr.insn_cnt = 2;
    attr.license = (uintptr_t) "GPL";
    snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", name);
    fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
    memset(&attr, 0, sizeof(attr));
    attr.target_fd = (uint32_t)group;
    attr.attach_bpf_fd = (uint32_t)fd;
    attr.attach_type = BPF_CGROUP_DEVICE;
    attr.attach_flags = flags;
    if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int
report(struct lx_cgroups *cgroups, struct lx_group *asked, struct lx_err *err)
{
    lx_cgroups_init(cgroups);
    return lx_cgroups_fresh(cgroups, err) != 0
            || lx_group_name(asked, cgroups, strrchr(folder, '/'), err) != 0
        ? -1
        : 0;
}

static void
count(void *arg, const char *name, const struct lx_cgprogram *program)
{
    int *counts = arg;

    if (strcmp(name, strrchr(folder, '/')) == 0) {
        counts[program->ours]++;
    }
}

/* Theirs decides alone: said, not guessed. Ours comes beside it, and goes. */
static void
others(void)
{
    int theirs = foreign("sd_devices", BPF_F_ALLOW_MULTI);
    struct lx_devchange change = {false, {'b', 1, 1, LX_DEV_READ}};
    struct lx_cgroups cgroups;
    struct lx_group asked;
    struct lx_devices devices;
    struct lx_err err;
    int counts[2] = {0, 0};

    CHECK(theirs >= 0);
    CHECK_INT(report(&cgroups, &asked, &err), 0);
    CHECK_INT(lx_devices_get(&asked, &devices, &err), -1);
    CHECK_STR(err.reason, "FOREIGN");
    CHECK(strstr(err.what, "\"sd_devices\"") != NULL);
    CHECK_INT(lx_devices_set(&asked, &change, 1, &err), 0);
    CHECK_INT(attached(), 2);
    CHECK_INT(lx_devices_get(&asked, &devices, &err), 0);
    CHECK_INT(devices.count, 1);
    CHECK_INT(lx_devices_programs(&asked, count, counts, &err), 0);
    CHECK_INT(counts[0], 1);
    CHECK_INT(counts[1], 1);
    change = (struct lx_devchange){
        true, {'a', LX_DEVICE_ANY, LX_DEVICE_ANY, LX_DEV_ACCESS}};
    CHECK_INT(lx_devices_set(&asked, &change, 1, &err), 0);
    CHECK_INT(attached(), 1);
    CHECK_INT(lx_cgbpf_detach(group, theirs), 0);
    close(theirs);
    lx_cgroups_free(&cgroups);
}

/* Our name on it makes it no program of ours. */
static void
named(void)
{
    int theirs = foreign(LX_CGBPF_NAME, BPF_F_ALLOW_MULTI);
    struct lx_devices devices;

    CHECK(theirs >= 0);
    CHECK_INT(ours(&devices), -1);
    CHECK_INT(lx_cgbpf_detach(group, theirs), 0);
    close(theirs);
}

/* One that lets no other be. */
static void
alone(void)
{
    int theirs = foreign("alone", 0);
    struct lx_devices devices = {.allow = false};
    struct lx_err err;

    CHECK(theirs >= 0);
    CHECK_INT(lx_cgbpf_attach(group, &devices, -1, &err), -1);
    CHECK_INT(err.errnum, EPERM);
    CHECK(strstr(err.hint, "a program of others'") != NULL);
    CHECK_INT(attached(), 1);
    CHECK_INT(lx_cgbpf_detach(group, theirs), 0);
    close(theirs);
}

int
main(void)
{
    const char *why;

    alarm(60);
    RUN(program);
    RUN(hardened);
    RUN(largest);
    RUN(changed);
    RUN(changes);
    RUN(below);
    RUN(notAbove);
    RUN(text);
    why = start();
    if (why == NULL) {
        RUN(loaded);
        RUN(many);
        RUN(others);
        RUN(named);
        RUN(alone);
    } else {
        SKIP(loaded, why);
    }
    if (group >= 0) {
        close(group);
        rmdir(folder);
    }
    return check_done();
}
