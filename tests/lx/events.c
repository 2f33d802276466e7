/* What the kernel writes of a group's events, taken apart; and the labels of
 * hierarchies. */

#include "check.h"
#include "lx.h"

#include <string.h>

/* "KEY=VALUE;..." of all lines. */
static const char *
lines(const char *text)
{
    static char found[512];
    char copy[512], *next = copy, *key, *value;
    size_t len = 0;

    lx_format(copy, sizeof(copy), "%s", text);
    found[0] = '\0';
    while (lx_cgvalue_next(&next, &key, &value)) {
        len +=
            lx_format(found + len, sizeof(found) - len, "%s=%s;", key, value);
    }
    return found;
}

static void
parted(void)
{
    CHECK_STR(lines(""), "");
    CHECK_STR(lines("populated 1\nfrozen 0\n"), "populated=1;frozen=0;");
    CHECK_STR(lines("populated 1"), "populated=1;");
    CHECK_STR(
        lines("low 0\nhigh 1\nmax 2\noom 3\noom_kill 4\noom_group_kill 0\n"),
        "low=0;high=1;max=2;oom=3;oom_kill=4;oom_group_kill=0;");
    CHECK_STR(
        lines("some avg10=0.00 avg60=1.50 avg300=0.10 total=12\n"
              "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"),
        "some=avg10=0.00 avg60=1.50 avg300=0.10 total=12;"
        "full=avg10=0.00 avg60=0.00 avg300=0.00 total=0;");
    CHECK_STR(
        lines("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"),
        "oom_kill_disable=0;under_oom=0;oom_kill=1;");
    /* What is no such line is left out. */
    CHECK_STR(lines("\n\n \nalone\n 1\nkey \na b c\n"), "a=b c;");
}

static void
numbers(void)
{
    const char *text = "low 0\nmax 7\noom 3\noom_kill 18446744073709551615\n";
    unsigned long number = 5;

    CHECK(lx_cgvalue(text, "max", &number));
    CHECK_INT(number, 7);
    CHECK(lx_cgvalue(text, "oom", &number));
    CHECK_INT(number, 3);
    CHECK(lx_cgvalue(text, "oom_kill", &number));
    CHECK(number == 18446744073709551615UL);
    CHECK(lx_cgvalue("max 8", "max", &number));
    CHECK_INT(number, 8);
    CHECK(!lx_cgvalue(text, "oom_", &number));
    CHECK(!lx_cgvalue(text, "om", &number));
    CHECK(!lx_cgvalue("max max\n", "max", &number));
    CHECK(!lx_cgvalue("max -1\n", "max", &number));
    CHECK(!lx_cgvalue("max", "max", &number));
    CHECK(!lx_cgvalue("", "max", &number));
    CHECK_INT(number, 8);
}

static void
labels(void)
{
    unsigned net = LX_CG_BIT(LX_CG_NET_CLS) | LX_CG_BIT(LX_CG_NET_PRIO);
    char buf[256];

    CHECK_STR(
        lx_hierarchy_label(net, NULL, buf, sizeof(buf)), "net_cls,net_prio");
    CHECK_STR(lx_hierarchy_label(0, "x", buf, sizeof(buf)), "name=x");
    CHECK_STR(
        lx_hierarchy_label(net, "x", buf, sizeof(buf)),
        "net_cls,net_prio,name=x");
    CHECK(lx_cglabel_is("net_prio,net_cls", 1, "rw,net_cls,net_prio"));
    CHECK(lx_cglabel_is("name=x", 1, "rw,xattr,name=x"));
    CHECK(!lx_cglabel_is("name=x", 1, "rw,name=xy"));
    CHECK(!lx_cglabel_is("net_cls", 1, "rw,net_cls,net_prio"));
    CHECK(!lx_cglabel_is("net_cls", 1, "rw,net_cls,name=net"));
    CHECK(!lx_cglabel_is("unified", 1, "rw,nsdelegate"));
    CHECK(!lx_cglabel_is("cpu", 2, "rw,cpu"));
    CHECK(lx_cglabel_is("unified", 2, "rw,nsdelegate"));
    CHECK(lx_hierarchy_isname("a.b_c-D9"));
    CHECK(!lx_hierarchy_isname(""));
    CHECK(!lx_hierarchy_isname("a,b"));
    CHECK(!lx_hierarchy_isname("a b"));
}

int
main(void)
{
    RUN(parted);
    RUN(numbers);
    RUN(labels);
    return check_done();
}
