/*
 * lxCgKeys.h --
 *
 *      What can be set of a group and read back: one vocabulary, whatever
 *      version a controller is mounted as. A part of lxCgroup.h.
 */

#ifndef LX_CG_KEYS_H
#define LX_CG_KEYS_H

/* ------------------------------------------------------------------------
 * lxCgFormula.c: numbers as one version has them -> as the other does.
 */

#define LX_MAX UINT64_MAX    /* unlimited, or not set */
#define LX_CPU_PERIOD 100000 /* microseconds; the kernel's own */

/* "512K", "2G"; bytes without a unit. */
bool lx_bytes_parse(const char *text, uint64_t *bytes);
/* cpu.weight (1 to 10000, 100 by default) and cpu.shares (1024). */
uint64_t lx_shares_of_weight(uint64_t weight);
uint64_t lx_weight_of_shares(uint64_t shares);
uint64_t lx_shares_of_nice(int nice); /* -20 to 19 */
int lx_nice_of_shares(uint64_t shares);
/* "1.5" -> microseconds in LX_CPU_PERIOD, rounded; and back. */
bool lx_cores_parse(const char *text, uint64_t *quota);
char *lx_cores_format(uint64_t quota, char *buf, size_t size);
/* A limit of version 1: what is as much as can be counted is no limit. unit:
 * the size of a page. */
bool lx_limit1_parse(const char *text, uint64_t unit, uint64_t *bytes);
uint64_t lx_pagesize_parse(const char *text); /* "2MB"; 0: it is none */
/* tc's "major:minor" in hexadecimal, 0x..., or a number. */
bool lx_classid_parse(const char *text, uint32_t *classid);

/* Memory and swap of version 1, where the second limit is on their sum. */
struct lx_memory1 {
    uint64_t limit, sum;
};
enum lx_memory1_result {
    LX_MEMORY1_OK,
    LX_MEMORY1_NOLIMIT, /* swap cannot be limited where memory is not */
    LX_MEMORY1_TOOMUCH  /* the sum is beyond what can be counted */
};
uint64_t lx_swap_of_sum(const struct lx_memory1 *memory);
/* memory.max and memory.swap.max, NULL: it stays -> what to write. */
enum lx_memory1_result lx_memory1_plan(
    const struct lx_memory1 *old, const uint64_t *max, const uint64_t *swap,
    struct lx_memory1 *wanted);
/* Which of the two is written first, so that the limit is never above the sum,
 * what the kernel refuses. */
bool lx_memory1_sumfirst(
    const struct lx_memory1 *old, const struct lx_memory1 *wanted);

/* ------------------------------------------------------------------------
 * lxCgKeyTable.c: the keys.
 */

enum lx_keykind {
    LX_KEY_RAW,   /* a file of the kernel's: its text */
    LX_KEY_BYTES, /* number */
    LX_KEY_COUNT, /* number */
    LX_KEY_NICE,  /* number, signed */
    LX_KEY_BOOL,
    LX_KEY_CPUMAX, /* number: quota; period */
    LX_KEY_CLASSID,
    LX_KEY_LIST, /* text: of processors or memory nodes */
    LX_KEY_PARTITION,
    LX_KEY_TYPE,
    LX_KEY_IOMAX, /* from here on entries */
    LX_KEY_IOLATENCY,
    LX_KEY_IOWEIGHT, /* number: the default */
    LX_KEY_RDMA,
    LX_KEY_MISC,
    LX_KEY_PRIOMAP
};

/* How a version has it. */
enum lx_keyway {
    LX_WAY_NONE,
    LX_WAY_NUMBER, /* a number, or max */
    LX_WAY_LIMIT,  /* a number; what cannot be counted is max, and -1 */
    LX_WAY_LIMIT2, /* the same of version 2, and the word max */
    LX_WAY_MINUS,  /* a number; -1 is max */
    LX_WAY_SHARES,
    LX_WAY_NICE, /* a nice value as shares */
    LX_WAY_TEXT,
    LX_WAY_ENTRIES,  /* a line for each device, interface or resource */
    LX_WAY_CPUMAX,   /* "quota period" */
    LX_WAY_QUOTA,    /* a file for each of the two */
    LX_WAY_MEMORY,   /* memory.limit_in_bytes, tied to the next */
    LX_WAY_SWAP,     /* memory.memsw.limit_in_bytes */
    LX_WAY_THROTTLE, /* a file for each of four numbers of a device */
    LX_WAY_WEIGHT,   /* one for the default, with entries or beside them */
    LX_WAY_OOM       /* one word of several */
};

#define LX_KEY_CORE LX_CONTROLLERS /* version 2's own, of every group */

struct lx_key {
    const char *name;
    int controller; /* enum lx_controller, or LX_KEY_CORE */
    enum lx_keykind kind;
    uint64_t min, max;   /* of a number */
    bool unlimited;      /* max is a value as well */
    const char *file[2]; /* version 1, version 2 */
    enum lx_keyway way[2];
    const char *near[2]; /* where there is no way: why, and what is near */
};

extern const struct lx_key lx_keys[]; /* ended by a NULL name */
/* For any name: one of those, hugetlb.SIZE.max, or a file of the kernel's.
 * NULL: it can be none of them. */
const struct lx_key *lx_key_find(const char *name);
int lx_key_bad(const char *name, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgValue.c: values, and the text of the files.
 */

#define LX_FIELDS 4

/* Of a device ("8:0"), an interface, a resource. */
struct lx_entry {
    const char *name;
    uint64_t numbers[LX_FIELDS]; /* LX_MAX: not set */
};

struct lx_keyvalue {
    uint64_t number, period;
    const char *text;
    struct lx_entry *entries;
    size_t count;
};

/* The names of an entry's numbers, NULL-ended; one that is "": the number has
 * no name. NULL: the kind has no entries. */
const char *const *lx_key_fields(enum lx_keykind kind);
/* A line, taken apart in place. */
bool lx_entry_parse(enum lx_keykind kind, char *line, struct lx_entry *entry);
size_t lx_entry_format(
    enum lx_keykind kind, const struct lx_entry *entry, char *buf, size_t size);
/* All lines; -1: memory is out. */
int lx_entries_parse(
    enum lx_keykind kind, char *text, struct lx_pool *pool,
    struct lx_keyvalue *value);
/* NULL: there is none. */
struct lx_entry *
lx_entry_find(const struct lx_keyvalue *value, const char *name);
/* Adds or finds; NULL: memory is out. */
struct lx_entry *
lx_entry_of(struct lx_pool *pool, struct lx_keyvalue *value, const char *name);
bool lx_entry_isset(const struct lx_entry *entry);
/* A file that has one value. unit: as in lx_limit1_parse. */
bool lx_value_parse(
    enum lx_keyway way, char *text, uint64_t unit, struct lx_keyvalue *value);
size_t lx_value_format(
    enum lx_keyway way, const struct lx_keyvalue *value, char *buf,
    size_t size);
/* "8:0" or the path of a block device -> "8:0"; a part of a disk is refused. */
int
lx_device_name(const char *text, char *buf, size_t size, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgPlace.c: the files of a key, in the hierarchy where its controller is.
 */

struct lx_keyplace {
    struct lx_group *group;
    const struct lx_key *key;
    const char *name; /* of the key, as it was asked for */
    int index;        /* of the hierarchy */
    enum lx_keyway way;
    char file[LX_NAME_SIZE];
    uint64_t unit; /* what its limits are multiples of */
};

/* What the version that is mounted, or this group, cannot do is refused. */
int lx_key_place(
    struct lx_group *group, const struct lx_key *key, const char *name,
    struct lx_keyplace *place, struct lx_err *err);
/* Files of version 1 for io.max, in the order of its fields, and io.weight. */
extern const char *const lx_throttle_files[LX_FIELDS];
#define LX_WEIGHT_DEVICE "blkio.bfq.weight_device"
#define LX_WEIGHT_BFQ "io.bfq.weight"
/* A whole file, of any length; NULL and errno. */
char *lx_group_text(
    struct lx_pool *pool, struct lx_group *group, int index, const char *file);

/* ------------------------------------------------------------------------
 * lxCgGet.c, lxCgSet.c
 */

struct lx_setting {
    const struct lx_key *key;
    const char *name;
    const char *shown; /* the value as it was written, for messages */
    struct lx_keyvalue value;
};

/* lxCgWeight.c */
int lx_weight_read(
    const struct lx_keyplace *place, struct lx_pool *pool,
    struct lx_keyvalue *value, struct lx_err *err);
int lx_keyplace_read(
    const struct lx_keyplace *place, struct lx_pool *pool,
    struct lx_keyvalue *value, struct lx_err *err);
int lx_group_get(
    struct lx_group *group, const struct lx_key *key, const char *name,
    struct lx_pool *pool, struct lx_keyvalue *value, struct lx_err *err);
/* Every key that the group has; the array is in the pool. */
int lx_group_getall(
    struct lx_group *group, struct lx_pool *pool, struct lx_setting **settings,
    size_t *count, struct lx_err *err);

struct lx_settings {
    struct lx_setting *list; /* no name twice */
    size_t count;
};
/*
 * All of them or none. fresh: the group will be removed when it fails, and so
 * nothing need be remembered.
 */
int lx_group_set(
    struct lx_group *group, const struct lx_settings *settings, bool fresh,
    struct lx_err *err);

#endif /* LX_CG_KEYS_H */
