/*
 * nscgCgroupValue.c --
 *
 *      Values of the keys of `cgroup set`, from words and to them.
 */

#include "nscgCgroup.h"

/* What is read, and where its memory comes from. */
struct reading {
    Tcl_Interp *interp;
    struct lx_pool *pool;
    const struct lx_setting *setting;
    struct lx_keyvalue *value;
};

static int
Bad(const struct reading *reading, const char *must)
{
    struct lx_err err;

    lx_refuse(
        &err, "CGROUP", "VALUE", "bad %s %q: must be %s",
        reading->setting->name, reading->setting->shown, must);
    lx_detail(&err, reading->setting->name);
    return NscgLxError(reading->interp, &err);
}

/* -- Numbers -------------------------------------------------------------- */

static int
BadNumber(const struct reading *reading)
{
    const struct lx_key *key = reading->setting->key;
    char must[128];

    if (key->kind == LX_KEY_BYTES) {
        return Bad(
            reading,
            "a number of bytes, such as 4096, 512K, 256M or 2G, or "
            "max");
    }
    lx_format(
        must, sizeof(must), "a number from %L to %L%s", key->min, key->max,
        key->unlimited ? ", or max" : "");
    return Bad(reading, must);
}

/*
 * A count, or bytes; max where the key has it.
 */
static bool
Number(const struct lx_key *key, Tcl_Obj *obj, bool bytes, uint64_t *number)
{
    const char *text = Tcl_GetString(obj);
    Tcl_WideInt wide;

    if (key->unlimited && strcmp(text, "max") == 0) {
        *number = LX_MAX;
        return true;
    }
    if (bytes) {
        return lx_bytes_parse(text, number) && *number >= key->min
            && *number <= key->max;
    }
    if (Tcl_GetWideIntFromObj(NULL, obj, &wide) != TCL_OK || wide < 0
        || (uint64_t)wide < key->min || (uint64_t)wide > key->max) {
        return false;
    }
    *number = (uint64_t)wide;
    return true;
}

static int
ReadNice(const struct reading *reading, Tcl_Obj *obj)
{
    Tcl_WideInt wide;

    if (Tcl_GetWideIntFromObj(NULL, obj, &wide) != TCL_OK || wide < -20
        || wide > 19) {
        return Bad(reading, "a number from -20 to 19");
    }
    reading->value->number = (uint64_t)wide;
    return TCL_OK;
}

static int
ReadBool(const struct reading *reading, Tcl_Obj *obj)
{
    Tcl_WideInt number;
    int boolean;

    /* To Tcl every number is a boolean. */
    if (Tcl_GetBooleanFromObj(NULL, obj, &boolean) != TCL_OK
        || (Tcl_GetWideIntFromObj(NULL, obj, &number) == TCL_OK
            && number != boolean)) {
        return Bad(reading, "0 or 1");
    }
    reading->value->number = (uint64_t)boolean;
    return TCL_OK;
}

static int
ReadCpuMax(const struct reading *reading, Tcl_Obj *obj)
{
    const struct lx_key *key = reading->setting->key;
    struct lx_keyvalue *value = reading->value;
    Tcl_WideInt period;
    Tcl_Obj **objv;
    Tcl_Size objc;
    bool good = false;

    value->period = LX_CPU_PERIOD;
    if (Tcl_ListObjGetElements(NULL, obj, &objc, &objv) == TCL_OK) {
        if (objc == 1 && strcmp(Tcl_GetString(objv[0]), "max") == 0) {
            value->number = LX_MAX;
            good = true;
        } else if (objc == 1) {
            good = lx_cores_parse(Tcl_GetString(objv[0]), &value->number)
                && value->number >= key->min;
        } else if (objc == 2) {
            good = Number(key, objv[0], false, &value->number)
                && Tcl_GetWideIntFromObj(NULL, objv[1], &period) == TCL_OK
                && period >= 1000 && period <= 1000000;
            value->period = good ? (uint64_t)period : 0;
        }
    }
    return good ? TCL_OK
                : Bad(
                    reading,
                    "cores, such as 1.5, and 0.01 at least; max; or {quota "
                    "period} in microseconds, 1000 at least, the period "
                    "1000000 at most");
}

static int
ReadClassid(const struct reading *reading, Tcl_Obj *obj)
{
    uint32_t classid;

    if (!lx_classid_parse(Tcl_GetString(obj), &classid)) {
        return Bad(
            reading,
            "a number, 0x..., or major:minor in hexadecimal as tc "
            "writes it");
    }
    reading->value->number = classid;
    return TCL_OK;
}

/* -- Texts ---------------------------------------------------------------- */

static int
ReadText(const struct reading *reading)
{
    const char *text = reading->setting->shown;
    enum lx_keykind kind = reading->setting->key->kind;

    /* A write of nothing would not reach the kernel. */
    reading->value->text = text[0] != '\0' ? text : "\n";
    if (kind == LX_KEY_LIST && text[strspn(text, "0123456789,-:/")] != '\0') {
        return Bad(reading, "numbers and ranges, such as 0-3,6");
    }
    if (kind == LX_KEY_TYPE && strcmp(text, "threaded") != 0
        && strcmp(text, "domain") != 0
        && strcmp(text, "domain threaded") != 0) {
        return Bad(reading, "threaded, or as it is: domain");
    }
    if (kind == LX_KEY_PARTITION && strcmp(text, "member") != 0
        && strcmp(text, "root") != 0 && strcmp(text, "isolated") != 0) {
        return Bad(reading, "member, root, or isolated");
    }
    return TCL_OK;
}

/* -- Entries -------------------------------------------------------------- */

static int
BadEntries(const struct reading *reading)
{
    const struct lx_key *key = reading->setting->key;
    char must[160];

    switch (key->kind) {
    case LX_KEY_IOMAX:
        return Bad(
            reading,
            "a dict of devices, each a dict of rbps, wbps (bytes, 2 "
            "at least), riops, wiops (2 to 4294967294), or max");
    case LX_KEY_IOLATENCY:
        return Bad(reading, "a dict of devices and microseconds, or max");
    case LX_KEY_IOWEIGHT:
        return Bad(
            reading,
            "a number from 1 to 10000, or a dict of devices and such "
            "numbers, with the key default for the others");
    case LX_KEY_RDMA:
        lx_format(
            must, sizeof(must),
            "a dict of devices, each a dict of hca_handle and hca_object: "
            "numbers from %L to %L, or max",
            key->min, key->max);
        return Bad(reading, must);
    default:
        lx_format(
            must, sizeof(must), "a dict of %s and numbers from %L to %L%s",
            key->kind == LX_KEY_PRIOMAP ? "interfaces" : "resources", key->min,
            key->max, key->unlimited ? ", or max" : "");
        return Bad(reading, must);
    }
}

/*
 * The numbers of one entry, by their names.
 */
static bool
ReadFields(const struct lx_key *key, Tcl_Obj *dictObj, struct lx_entry *entry)
{
    const char *const *fields = lx_key_fields(key->kind);
    Tcl_Obj *nameObj, *numberObj;
    Tcl_DictSearch search;
    bool good = true;
    int done;

    if (Tcl_DictObjFirst(NULL, dictObj, &search, &nameObj, &numberObj, &done)
        != TCL_OK) {
        return false;
    }
    while (good && !done) {
        bool bps = key->kind == LX_KEY_IOMAX
            && strstr(Tcl_GetString(nameObj), "bps") != NULL;
        int i = 0;

        while (fields[i] != NULL
               && strcmp(fields[i], Tcl_GetString(nameObj)) != 0) {
            i++;
        }
        good = fields[i] != NULL
            && Number(key, numberObj, bps, &entry->numbers[i])
            && (bps || key->kind != LX_KEY_IOMAX || entry->numbers[i] == LX_MAX
                || entry->numbers[i] < UINT32_MAX);
        Tcl_DictObjNext(&search, &nameObj, &numberObj, &done);
    }
    Tcl_DictObjDone(&search);
    return good;
}

/*
 * The numbers have names, or the only one has none.
 */
static int
ReadEntry(const struct reading *reading, Tcl_Obj *nameObj, Tcl_Obj *valueObj)
{
    const struct lx_key *key = reading->setting->key;
    bool named = key->kind == LX_KEY_IOMAX || key->kind == LX_KEY_RDMA;
    const char *name = NscgText(reading->interp, reading->pool, nameObj);
    struct lx_entry *entry;
    uint64_t number;

    if (name == NULL) {
        return TCL_ERROR;
    }
    if (name[0] == '\0' || name[strcspn(name, " \t\n=")] != '\0'
        || strlen(name) >= LX_NAME_SIZE) {
        return BadEntries(reading);
    }
    if (key->kind == LX_KEY_IOWEIGHT && strcmp(name, "default") == 0) {
        return Number(key, valueObj, false, &reading->value->number)
            ? TCL_OK
            : BadEntries(reading);
    }
    if (!named && !Number(key, valueObj, false, &number)) {
        return BadEntries(reading);
    }
    entry = lx_entry_of(reading->pool, reading->value, name);
    if (entry == NULL) {
        return NscgNoMemory(reading->interp);
    }
    if (!named) {
        entry->numbers[0] = number;
        return TCL_OK;
    }
    return ReadFields(key, valueObj, entry) ? TCL_OK : BadEntries(reading);
}

static int
ReadEntries(const struct reading *reading, Tcl_Obj *dictObj)
{
    const struct lx_key *key = reading->setting->key;
    Tcl_Obj *nameObj, *valueObj;
    Tcl_DictSearch search;
    int done, result = TCL_OK;

    if (key->kind == LX_KEY_IOWEIGHT) {
        if (Number(key, dictObj, false, &reading->value->number)) {
            return TCL_OK;
        }
        reading->value->number = 100;
    }
    if (Tcl_DictObjFirst(NULL, dictObj, &search, &nameObj, &valueObj, &done)
        != TCL_OK) {
        return BadEntries(reading);
    }
    while (result == TCL_OK && !done) {
        result = ReadEntry(reading, nameObj, valueObj);
        Tcl_DictObjNext(&search, &nameObj, &valueObj, &done);
    }
    Tcl_DictObjDone(&search);
    return result;
}

int
NscgKeyRead(
    Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj,
    struct lx_setting *setting)
{
    struct reading reading = {interp, pool, setting, &setting->value};
    const struct lx_key *key = setting->key;

    setting->shown = NscgText(interp, pool, obj);
    if (setting->shown == NULL) {
        return TCL_ERROR;
    }
    if (lx_key_fields(key->kind) != NULL) {
        return ReadEntries(&reading, obj);
    }
    switch (key->kind) {
    case LX_KEY_BYTES:
    case LX_KEY_COUNT:
        return Number(
                   key, obj, key->kind == LX_KEY_BYTES, &setting->value.number)
            ? TCL_OK
            : BadNumber(&reading);
    case LX_KEY_NICE:
        return ReadNice(&reading, obj);
    case LX_KEY_BOOL:
        return ReadBool(&reading, obj);
    case LX_KEY_CPUMAX:
        return ReadCpuMax(&reading, obj);
    case LX_KEY_CLASSID:
        return ReadClassid(&reading, obj);
    default:
        return ReadText(&reading);
    }
}

/* -- Values to words ------------------------------------------------------ */

static Tcl_Obj *
NumberObj(uint64_t number)
{
    return number == LX_MAX ? Tcl_NewStringObj("max", -1)
                            : Tcl_NewWideIntObj((Tcl_WideInt)number);
}

/*
 * Cores, unless the period is another one.
 */
static Tcl_Obj *
CpuMaxObj(const struct lx_keyvalue *value)
{
    Tcl_Obj *words[2];
    char cores[40];

    if (value->period == LX_CPU_PERIOD && value->number != LX_MAX) {
        return Tcl_NewStringObj(
            lx_cores_format(value->number, cores, sizeof(cores)), -1);
    }
    words[0] = NumberObj(value->number);
    words[1] = NumberObj(value->period);
    if (value->period == LX_CPU_PERIOD) {
        Tcl_DecrRefCount(words[1]);
        return words[0];
    }
    return Tcl_NewListObj(2, words);
}

static void
PutText(Tcl_Obj *dictObj, const char *name, Tcl_Obj *valueObj)
{
    Tcl_DictObjPut(NULL, dictObj, NscgTextObj(name), valueObj);
}

static Tcl_Obj *
EntryObj(const char *const *fields, const struct lx_entry *entry)
{
    Tcl_Obj *dictObj;

    if (fields[0][0] == '\0' || fields[1] == NULL) {
        return NumberObj(entry->numbers[0]);
    }
    dictObj = Tcl_NewDictObj();
    for (int i = 0; fields[i] != NULL; i++) {
        if (entry->numbers[i] != LX_MAX) {
            NscgPut(dictObj, fields[i], NumberObj(entry->numbers[i]));
        }
    }
    return dictObj;
}

static Tcl_Obj *
EntriesObj(enum lx_keykind kind, const struct lx_keyvalue *value)
{
    Tcl_Obj *dictObj;

    if (kind == LX_KEY_IOWEIGHT && value->count == 0) {
        return NumberObj(value->number);
    }
    dictObj = Tcl_NewDictObj();
    if (kind == LX_KEY_IOWEIGHT) {
        NscgPut(dictObj, "default", NumberObj(value->number));
    }
    for (size_t i = 0; i < value->count; i++) {
        PutText(
            dictObj, value->entries[i].name,
            EntryObj(lx_key_fields(kind), &value->entries[i]));
    }
    return dictObj;
}

Tcl_Obj *
NscgKeyObj(const struct lx_key *key, const struct lx_keyvalue *value)
{
    if (lx_key_fields(key->kind) != NULL) {
        return EntriesObj(key->kind, value);
    }
    switch (key->kind) {
    case LX_KEY_CPUMAX:
        return CpuMaxObj(value);
    case LX_KEY_NICE:
        return Tcl_NewWideIntObj((Tcl_WideInt)(int64_t)value->number);
    case LX_KEY_RAW:
    case LX_KEY_LIST:
    case LX_KEY_TYPE:
    case LX_KEY_PARTITION:
        return NscgTextObj(value->text);
    default:
        return NumberObj(value->number);
    }
}
