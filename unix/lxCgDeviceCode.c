/*
 * lxCgDeviceCode.c --
 *
 *      The rules of a group as a BPF program (BPF_PROG_TYPE_CGROUP_DEVICE), and
 *      back.
 *
 *      The kernel runs it for each open and mknod of a device, with the kind of
 *      access in the upper half of a word and the type in the lower one, and
 *      the device's numbers; 1 lets it pass. Each exception is a block of its
 *      own that ends the program or leads to the next one:
 *
 *          r2 = type; r3 = access; r4 = major; r5 = minor
 *          if r2 != TYPE goto next
 *          if r4 != MAJOR goto next        unless it is "*"
 *          if r5 != MINOR goto next        unless it is "*"
 *          r1 = r3
 *          r1 &= ...
 *          if r1 != 0 goto next            an access that it does not allow
 *          r0 = 1; exit
 *
 *      What reads a program back checks that the rules found make the same
 *      one: so it is either understood whole, or not at all.
 */

#include <linux/bpf.h>
#include <string.h>

#include "lx.h"

_Static_assert((int)LX_DEV_MKNOD == (int)BPF_DEVCG_ACC_MKNOD, "access");
_Static_assert((int)LX_DEV_READ == (int)BPF_DEVCG_ACC_READ, "access");
_Static_assert((int)LX_DEV_WRITE == (int)BPF_DEVCG_ACC_WRITE, "access");

#define LOAD(to, member) \
    (struct bpf_insn) \
    { \
        .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = (to), \
        .src_reg = BPF_REG_1, \
        .off = (short)offsetof(struct bpf_cgroup_dev_ctx, member) \
    }
#define COPY(to, from) \
    (struct bpf_insn) \
    { \
        .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), \
        .src_reg = (from) \
    }
#define ALU(op, to, value) \
    (struct bpf_insn) \
    { \
        .code = BPF_ALU64 | (op) | BPF_K, .dst_reg = (to), .imm = (int)(value) \
    }
#define JUMP(op, reg, value) \
    (struct bpf_insn) \
    { \
        .code = BPF_JMP | (op) | BPF_K, .dst_reg = (reg), .imm = (int)(value) \
    }

/* What the kernel may make of a 0. */
#define CLEAR(reg) \
    (struct bpf_insn) \
    { \
        .code = BPF_ALU64 | BPF_XOR | BPF_X, .dst_reg = (reg), \
        .src_reg = (reg) \
    }

/* -- Compiling ------------------------------------------------------------ */

static size_t
CompileRule(const struct lx_devrule *rule, bool allow, struct bpf_insn *code)
{
    size_t count = 0;

    code[count++] = JUMP(
        BPF_JNE, BPF_REG_2,
        rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
    if (rule->major != LX_DEVICE_ANY) {
        code[count++] = JUMP(BPF_JNE, BPF_REG_4, rule->major);
    }
    if (rule->minor != LX_DEVICE_ANY) {
        code[count++] = JUMP(BPF_JNE, BPF_REG_5, rule->minor);
    }
    code[count++] = COPY(BPF_REG_1, BPF_REG_3);
    if (allow) {
        /* All that is asked for must be in the rule. */
        code[count++] = ALU(BPF_AND, BPF_REG_1, ~rule->access);
        code[count++] = JUMP(BPF_JNE, BPF_REG_1, 0);
    } else {
        /* One that is asked for is in the rule. */
        code[count++] = ALU(BPF_AND, BPF_REG_1, rule->access);
        code[count++] = JUMP(BPF_JEQ, BPF_REG_1, 0);
    }
    code[count++] = ALU(BPF_MOV, BPF_REG_0, allow);
    code[count++] = JUMP(BPF_EXIT, 0, 0);
    for (size_t i = 0; i < count - 1; i++) {
        if (BPF_CLASS(code[i].code) == BPF_JMP) {
            code[i].off = (short)(count - i - 1);
        }
    }
    return count;
}

size_t
lx_devices_compile(const struct lx_devices *devices, struct bpf_insn *code)
{
    size_t count = 0;

    code[count++] = LOAD(BPF_REG_2, access_type);
    code[count++] = COPY(BPF_REG_3, BPF_REG_2);
    code[count++] = ALU(BPF_AND, BPF_REG_2, 0xffff);
    code[count++] = ALU(BPF_RSH, BPF_REG_3, 16);
    code[count++] = LOAD(BPF_REG_4, major);
    code[count++] = LOAD(BPF_REG_5, minor);
    for (int i = 0; i < devices->count; i++) {
        count += CompileRule(&devices->list[i], !devices->allow, code + count);
    }
    code[count++] = ALU(BPF_MOV, BPF_REG_0, devices->allow);
    code[count++] = JUMP(BPF_EXIT, 0, 0);
    return count;
}

/* -- Reading back --------------------------------------------------------- */

#define BLINDING 11 /* BPF_REG_AX */

/*
 * The value that a jump compares a register with, if there is one next.
 */
static bool
TakeJump(
    const struct bpf_insn *code, size_t count, size_t *at, int reg,
    uint32_t *value)
{
    if (*at >= count || code[*at].code != (BPF_JMP | BPF_JNE | BPF_K)
        || code[*at].dst_reg != reg) {
        return false;
    }
    *value = (uint32_t)code[(*at)++].imm;
    return true;
}

static bool
TakeRule(
    const struct bpf_insn *code, size_t count, size_t *at,
    struct lx_devices *devices)
{
    struct lx_devrule rule = {.major = LX_DEVICE_ANY, .minor = LX_DEVICE_ANY};
    uint32_t type;

    if (!TakeJump(code, count, at, BPF_REG_2, &type)) {
        return false;
    }
    rule.type = type == BPF_DEVCG_DEV_BLOCK ? 'b' : 'c';
    TakeJump(code, count, at, BPF_REG_4, &rule.major);
    TakeJump(code, count, at, BPF_REG_5, &rule.minor);
    if (*at + 5 > count) {
        return false;
    }
    rule.access = (unsigned)code[*at + 1].imm;
    rule.access = (devices->allow ? rule.access : ~rule.access) & LX_DEV_ACCESS;
    *at += 5;
    return rule.access != 0 && lx_devices_add(devices, &rule);
}

static bool
Same(const struct bpf_insn *a, struct bpf_insn b)
{
    return memcmp(a, &b, sizeof(b)) == 0;
}

/*
 * With net.core.bpf_jit_harden the kernel replaces each constant: two
 * instructions make it, in a register that programs do not have, and a third
 * takes it from there.
 */
static bool
IsBlinded(const struct bpf_insn *code, size_t count)
{
    return count >= 3 && Same(code, ALU(BPF_MOV, BLINDING, code[0].imm))
        && Same(code + 1, ALU(BPF_XOR, BLINDING, code[1].imm))
        && code[2].src_reg == BLINDING && code[2].imm == 0
        && BPF_SRC(code[2].code) == BPF_X;
}

/*
 * What it was before, at the beginning of code.
 */
static struct bpf_insn
Unblinded(const struct bpf_insn *code, bool blinded)
{
    struct bpf_insn plain = code[blinded ? 2 : 0];

    if (blinded) {
        plain.code &= (uint8_t)~BPF_X;
        plain.src_reg = 0;
        plain.imm = code[0].imm ^ code[1].imm;
    } else if (Same(&plain, CLEAR(plain.dst_reg))) {
        plain = ALU(BPF_MOV, plain.dst_reg, 0);
    }
    return plain;
}

/*
 * All of it -> how many there were; 0: that cannot be.
 */
static size_t
Unblind(
    const struct bpf_insn *code, size_t count,
    struct bpf_insn plain[LX_DEVICE_INSNS])
{
    uint16_t place[LX_DEVICE_BLINDED]; /* of what begins there, in plain */
    uint16_t end[LX_DEVICE_INSNS];     /* the other way round */
    size_t made = 0;

    for (size_t at = 0; at < count;) {
        bool blinded = IsBlinded(code + at, count - at);

        if (made == LX_DEVICE_INSNS || at + 3 > LX_DEVICE_BLINDED) {
            return 0;
        }
        plain[made] = Unblinded(code + at, blinded);
        place[at] = (uint16_t)made;
        if (blinded) {
            place[at + 1] = place[at + 2] = UINT16_MAX;
        }
        at += blinded ? 3 : 1;
        end[made++] = (uint16_t)at;
    }
    for (size_t i = 0; i < made; i++) {
        size_t to = end[i] + (size_t)plain[i].off;

        if (BPF_CLASS(plain[i].code) != BPF_JMP || plain[i].off == 0) {
            continue;
        }
        if (plain[i].off < 0 || to >= count || place[to] == UINT16_MAX) {
            return 0;
        }
        plain[i].off = (short)(place[to] - (short)i - 1);
    }
    return made;
}

bool
lx_devices_decode(
    const struct bpf_insn *found, size_t count, struct lx_devices *devices)
{
    struct bpf_insn code[LX_DEVICE_INSNS], again[LX_DEVICE_INSNS];
    size_t at = 6;

    devices->count = 0;
    count = Unblind(found, count, code);
    if (count < 8) {
        return false;
    }
    devices->allow = code[count - 2].imm != 0;
    while (at < count - 2) {
        if (!TakeRule(code, count - 2, &at, devices)) {
            return false;
        }
    }
    return lx_devices_compile(devices, again) == count
        && memcmp(again, code, count * sizeof(*code)) == 0;
}
