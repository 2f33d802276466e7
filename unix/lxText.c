/*
 * lxText.c --
 *
 *      Text into fixed buffers, for code that may run in a child: snprintf
 *      may take locks and allocate, this does neither.
 */

#include "lx.h"

struct text {
    char *buf;
    size_t size, len;
};

static void
Put(struct text *text, char c)
{
    if (text->len + 1 < text->size) {
        text->buf[text->len] = c;
    }
    text->len++;
}

static void
PutString(struct text *text, const char *s)
{
    while (*s != '\0') {
        Put(text, *s++);
    }
}

static void
PutNumber(struct text *text, uint64_t value, unsigned base)
{
    char digits[24];
    size_t count = 0;

    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count > 0) {
        Put(text, digits[--count]);
    }
}

static void
PutSigned(struct text *text, long value)
{
    unsigned long size = (unsigned long)value;

    if (value < 0) {
        Put(text, '-');
        size = 0 - size;
    }
    PutNumber(text, size, 10);
}

static void
PutQuoted(struct text *text, const char *s)
{
    if (s == NULL) {
        PutString(text, "NULL");
        return;
    }
    Put(text, '"');
    PutString(text, s);
    Put(text, '"');
}

/*
 * How many bytes the character of UTF-8 at s has; 0: it is none, or one that
 * controls a terminal. The bounds are of the second byte, as in the Unicode
 * Standard, table 3-7; after C2 the first half are controls.
 */
static size_t
Character(const unsigned char *s)
{
    static const struct {
        unsigned char first, last, low, high;
        size_t len;
    } rows[] = {{0xc2, 0xc2, 0xa0, 0xbf, 2}, {0xc3, 0xdf, 0x80, 0xbf, 2},
                {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
                {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
                {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
                {0xf4, 0xf4, 0x80, 0x8f, 4}};

    if (*s < 0x80) {
        return *s >= ' ' && *s != 0x7f ? 1 : 0;
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (*s >= rows[i].first && *s <= rows[i].last) {
            size_t len = 1;

            if (s[1] < rows[i].low || s[1] > rows[i].high) {
                return 0;
            }
            do {
                len++;
            } while (len < rows[i].len && (s[len] & 0xc0) == 0x80);
            return len == rows[i].len ? len : 0;
        }
    }
    return 0;
}

static void
PutPrintable(struct text *text, const char *s)
{
    while (*s != '\0') {
        size_t len = Character((const unsigned char *)s);

        if (len == 0) {
            Put(text, '?');
            s++;
        }
        for (; len > 0; len--) {
            Put(text, *s++);
        }
    }
}

/*
 * Returns the length that the whole text would have had, as snprintf does.
 */
size_t
lx_vformat(char *buf, size_t size, const char *fmt, va_list args)
{
    struct text text = {buf, size, 0};

    for (; *fmt != '\0'; fmt++) {
        if (*fmt != '%') {
            Put(&text, *fmt);
            continue;
        }
        switch (*++fmt) {
        case 's':
            PutString(&text, va_arg(args, const char *));
            break;
        case 'q':
            PutQuoted(&text, va_arg(args, const char *));
            break;
        case 'p':
            PutPrintable(&text, va_arg(args, const char *));
            break;
        case 'c':
            Put(&text, (char)va_arg(args, int));
            break;
        case 'd':
            PutSigned(&text, va_arg(args, int));
            break;
        case 'l':
            PutSigned(&text, va_arg(args, long));
            break;
        case 'L':
            PutNumber(&text, va_arg(args, uint64_t), 10);
            break;
        case 'u':
            PutNumber(&text, va_arg(args, unsigned), 10);
            break;
        case 'o':
            PutNumber(&text, va_arg(args, unsigned long), 8);
            break;
        case 'x':
            PutNumber(&text, va_arg(args, unsigned long), 16);
            break;
        default:
            Put(&text, *fmt);
            break;
        }
    }
    if (size > 0) {
        buf[text.len < size ? text.len : size - 1] = '\0';
    }
    return text.len;
}

size_t
lx_format(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    size_t len;

    va_start(args, fmt);
    len = lx_vformat(buf, size, fmt, args);
    va_end(args);
    return len;
}

/*
 * Decimal digits and nothing else, without overflow.
 */
bool
lx_number(const char *text, unsigned long *value)
{
    unsigned long sum = 0;

    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(sum, 10, &sum)
            || __builtin_add_overflow(
                sum, (unsigned long)(*text - '0'), &sum)) {
            return false;
        }
    }
    *value = sum;
    return true;
}

size_t
lx_vappend(char *buf, size_t size, size_t len, const char *fmt, va_list args)
{
    if (len < size) {
        len += lx_vformat(buf + len, size - len, fmt, args);
    }
    return len < size ? len : size - 1;
}

size_t
lx_append(char *buf, size_t size, size_t len, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    len = lx_vappend(buf, size, len, fmt, args);
    va_end(args);
    return len;
}
