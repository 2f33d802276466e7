/*
 * lxCgStats.h --
 *
 *      What the kernel has counted of a group: one vocabulary, whatever
 *      version a controller is mounted as. A part of lxCgroup.h.
 */

#ifndef LX_CG_STATS_H
#define LX_CG_STATS_H

/* ------------------------------------------------------------------------
 * Where figures go. What is between begin and end belongs to that key; a key
 * that begins again goes on. Texts are valid during the call only.
 */

struct lx_statsink {
    void (*begin)(void *arg, const char *key);
    void (*end)(void *arg);
    void (*number)(void *arg, const char *key, uint64_t value);
    void (*hundredths)(void *arg, const char *key, uint64_t value);
    void (*text)(void *arg, const char *key, const char *value);
    void *arg;
};

/* ------------------------------------------------------------------------
 * lxCgStatFiles.c: the files, and what their keys are called.
 */

enum lx_statpart {
    LX_STAT_CPU,
    LX_STAT_MEMORY,
    LX_STAT_PIDS,
    LX_STAT_IO,
    LX_STAT_HUGETLB,
    LX_STAT_RDMA,
    LX_STAT_MISC,
    LX_STAT_PRESSURE,
    LX_STAT_PARTS
};

struct lx_statpartinfo {
    const char *name;
    int controller; /* enum lx_controller, or LX_KEY_CORE */
};

extern const struct lx_statpartinfo lx_statparts[LX_STAT_PARTS];
/* Also by a controller's other name, and cpuacct; -1: none. */
int lx_statpart_find(const char *name);

/* A key of a file -> ours, and its value times `times` by `over`; 0: by the
 * clock ticks in a second. */
struct lx_statname {
    const char *from; /* NULL ends a table */
    const char *to;   /* NULL: it is left out */
    uint64_t times, over;
};

struct lx_statfile;
/* A line, taken apart in place; false: there was no figure in it. */
typedef bool lx_statparse(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink);

struct lx_statfile {
    enum lx_statpart part;
    int controller;   /* of the hierarchy where it is, or LX_KEY_CORE */
    int version;      /* 0: the same in both */
    const char *name; /* hugetlb's: what stands after the size */
    lx_statparse *parse;
    const char *key;    /* its figure's, or for the parser to use */
    const char *inside; /* all of it belongs to that key; or NULL */
    const struct lx_statname *names;
    int instead; /* above 0: read only if none with a smaller one, in its part
                    and above 0, had a figure */
    bool late;   /* it may appear when a module is loaded */
};

#define LX_STATFILES 64                         /* at the most */
extern const struct lx_statfile lx_statfiles[]; /* ended by a NULL name */

/* ------------------------------------------------------------------------
 * lxCgStatParse.c: the formats.
 */

/* "123", up to the end or a newline. */
bool lx_stat_number(const char *text, uint64_t *value);
lx_statparse lx_stat_single;      /* "123", "max" */
lx_statparse lx_stat_limit;       /* the same; version 1's unlimited is max */
lx_statparse lx_stat_nanoseconds; /* "123", to microseconds */
lx_statparse lx_stat_flat;        /* "key 123" */
lx_statparse lx_stat_total;       /* version 1's memory.stat */
lx_statparse lx_stat_nested;      /* "name key=123 key=1.23 key=text" */
lx_statparse lx_stat_blkio;       /* "8:0 Read 123" */
lx_statparse lx_stat_resource;    /* "name 123", "name.max 123" */

/* The lines of a text that is not at its end yet, or is. Returns how much of
 * it was used; *figures: whether there were any. */
size_t lx_stat_lines(
    char *buf, size_t len, bool last, const struct lx_statfile *file,
    const struct lx_statsink *sink, bool *figures);

/* ------------------------------------------------------------------------
 * lxCgStatHold.c: files that are kept open. To open and close one takes ten
 * times as long as to read it; so of groups that are asked for again and again
 * the files stay open.
 */

#define LX_HUGE_SIZES 4
#define LX_HELD_FILES (LX_STATFILES * LX_HUGE_SIZES)
#define LX_HELD_GROUPS 4

struct lx_heldgroup {
    char *name;                   /* NULL: none */
    unsigned long used;           /* when; by lx_statcache.clock */
    ino_t inodes[LX_HIERARCHIES]; /* of its folders; 0: none is known */
    int files[LX_HELD_FILES];     /* by lx_held_file; -1: not open */
};

/* What was learned of files, so that what is lacking is not tried again. */
struct lx_statcache {
    uint64_t lacking; /* bits, by the place in lx_statfiles */
    int sizes;        /* of huge pages; 0: not looked up, -1: none */
    char size[LX_HUGE_SIZES][16];
    unsigned long clock;
    uint64_t asked[LX_HELD_GROUPS]; /* the last ones that are not held */
    struct lx_heldgroup held[LX_HELD_GROUPS];
};

/* NULL: memory is out. */
struct lx_statcache *lx_statcache_of(struct lx_cgroups *cgroups);
/* Nothing is held or known any more; NULL is let be. */
void lx_statcache_clear(struct lx_statcache *cache);
/* The same of one group and those in it. */
void
lx_statcache_forget(struct lx_statcache *cache, const struct lx_group *group);
/* Of this group; NULL: its files are not to be held. A file is held only where
 * the inode of its folder is known. */
struct lx_heldgroup *
lx_held_find(struct lx_statcache *cache, const struct lx_group *group);
void lx_held_close(struct lx_heldgroup *held); /* its files */
int *lx_held_file(
    struct lx_heldgroup *held, const struct lx_statfile *file, int size);

/* Opens one to be held, where that is possible. */
void
lx_held_open(struct lx_group *group, int index, const char *name, int *held);

/* lxCgStatSizes.c: fills in the sizes of huge pages. */
void lx_statcache_sizes(struct lx_statcache *cache);

/* ------------------------------------------------------------------------
 * lxCgStats.c: the whole.
 */

/* parts: bits by enum lx_statpart. One that is named alone goes to the sink
 * without its name, and is refused where it is not to be had. */
int lx_group_stats(
    struct lx_group *group, unsigned parts, bool alone,
    struct lx_statcache *cache, const struct lx_statsink *sink,
    struct lx_err *err);

#endif /* LX_CG_STATS_H */
