/* Text into fixed buffers, and numbers out of text. */

#include "check.h"
#include "lx.h"

#include <limits.h>

static void
format(void)
{
    char buf[64];

    CHECK_INT(lx_format(buf, sizeof(buf), "%s %q %c", "a", "b", 'c'), 7);
    CHECK_STR(buf, "a \"b\" c");
    lx_format(buf, sizeof(buf), "%d %l %u", -5, LONG_MIN, UINT_MAX);
    CHECK_STR(buf, "-5 -9223372036854775808 4294967295");
    lx_format(buf, sizeof(buf), "%L %L", UINT64_C(0), UINT64_MAX);
    CHECK_STR(buf, "0 18446744073709551615");
    lx_format(buf, sizeof(buf), "%o %x %q", 0755ul, 0xbeeful, NULL);
    CHECK_STR(buf, "755 beef NULL");
    lx_format(buf, sizeof(buf), "100%%");
    CHECK_STR(buf, "100%");
}

/* Too small a buffer: cut, ended by a 0, and nothing written behind. */
static void
short_buffer(void)
{
    char buf[8] = "#######";

    CHECK_INT(lx_format(buf, 4, "%s", "abcdef"), 6);
    CHECK_STR(buf, "abc");
    CHECK_INT(buf[4], '#');
    CHECK_INT(lx_format(buf, 0, "%s", "xyz"), 3);
    CHECK_STR(buf, "abc");
    lx_format(buf, 8, "ab");
    CHECK_INT(lx_append(buf, 8, 2, "%s", "cd"), 4);
    CHECK_INT(lx_append(buf, 8, 4, "%s", "efghijkl"), 7);
    CHECK_INT(lx_append(buf, 8, 7, "%s", "more"), 7);
    CHECK_INT(lx_append(buf, 8, 20, "%s", "more"), 7);
    CHECK_STR(buf, "abcdefg");
}

/* Nothing for a terminal to act upon, and UTF-8 alone. */
static void
printable(void)
{
    static const char *const rows[][2] = {
        {"eth0 ~", "eth0 ~"},
        {"a\033[2Jb\x7f\t\n", "a?[2Jb???"},
        {"\u00e4\u20ac\U0001f600\U0010ffff",
         "\u00e4\u20ac\U0001f600\U0010ffff"},
        {"\xc2\x9b;1m", "??;1m"},            /* CSI in one character */
        {"\xe4 \xff \x80", "? ? ?"},         /* Latin 1 */
        {"\xc0\xaf \xe0\x80\xaf", "?? ???"}, /* longer than they need be */
        {"\xed\xa0\x80 \xf4\x90\x80\x80", "??? ????"},
        {"\xe2\x82", "??"}, /* cut off */
        {"\xf0\x9f\x98", "???"},
        {"\xc3", "?"},
        {"", ""}};
    char buf[64];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        lx_format(buf, sizeof(buf), "%p", rows[i][0]);
        CHECK_STR(buf, rows[i][1]);
    }
}

static void
number(void)
{
    unsigned long value = 7;

    CHECK(lx_number("0", &value) && value == 0);
    CHECK(lx_number("18446744073709551615", &value) && value == ULONG_MAX);
    value = 7;
    CHECK(!lx_number("18446744073709551616", &value));
    CHECK(!lx_number("", &value));
    CHECK(!lx_number("-1", &value));
    CHECK(!lx_number("+1", &value));
    CHECK(!lx_number(" 1", &value));
    CHECK(!lx_number("1x", &value));
    CHECK(!lx_number("0x1", &value));
    CHECK_INT(value, 7);
}

int
main(void)
{
    RUN(format);
    RUN(short_buffer);
    RUN(printable);
    RUN(number);
    return check_done();
}
