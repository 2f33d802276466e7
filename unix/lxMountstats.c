/*
 * lxMountstats.c --
 *
 *      /proc/PID/mountstats: a parser that works in place.
 */

#include <string.h>

#include "lx.h"

/*
 * Takes "WORD " off, or the end of the line.
 */
static char *
Word(char **next)
{
    char *word = *next;
    char *end = strchr(word, ' ');

    if (end != NULL) {
        *end++ = '\0';
    }
    *next = end != NULL ? end : word + strlen(word);
    return word;
}

static bool
Skip(char **next, const char *words)
{
    size_t len = strlen(words);

    if (strncmp(*next, words, len) != 0) {
        return false;
    }
    *next += len;
    return true;
}

bool
lx_mountstat_parse(char *line, struct lx_mountstat *stat)
{
    char *next = line;

    memset(stat, 0, sizeof(*stat));
    if (Skip(&next, "device ")) {
        stat->source = lx_unescape(Word(&next));
    } else if (!Skip(&next, "no device ")) {
        return false;
    }
    if (!Skip(&next, "mounted on ")) {
        return false;
    }
    stat->target = lx_unescape(Word(&next));
    if (!Skip(&next, "with fstype ")) {
        return false;
    }
    stat->fstype = lx_unescape(Word(&next));
    if (Skip(&next, "statvers=")) {
        stat->version = Word(&next);
    }
    return true;
}
