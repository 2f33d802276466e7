/*
 * nscgLinkOptions.c --
 *
 *      The options of link create, of each kind of link.
 */

#include "nscgNet.h"

#define SLOT(name, i) \
    { \
        name, NSCG_OPT_OBJ, \
            offsetof(NscgLinkWords, kindObjs) + (i) * sizeof(Tcl_Obj *), NULL, \
            0 \
    }
#define SWITCH(name, i) \
    { \
        name, NSCG_OPT_SWITCH, \
            offsetof(NscgLinkWords, kindObjs) + (i) * sizeof(Tcl_Obj *), NULL, \
            0 \
    }
#define COMMON \
    NSCG_LINK_OPTIONS, NSCG_LINK_OPTION("-address", addressObj), \
    { \
        "-nodad", NSCG_OPT_BOOL, offsetof(NscgLinkWords, nodad), NULL, 0 \
    }
#define LINK NSCG_LINK_OPTION("-link", linkObj)
#define END \
    { \
        NULL, NSCG_OPT_BOOL, 0, NULL, 0 \
    }

static const NscgOption commonOptions[] = {COMMON, LINK, END};

static const NscgOption bridgeOptions[] = {
    COMMON,
    SLOT("-ageing", 0),
    SLOT("-forwarddelay", 1),
    SLOT("-groupfwdmask", 2),
    SLOT("-hello", 3),
    SLOT("-maxage", 4),
    SWITCH("-mcastquerier", 5),
    SWITCH("-mcastsnooping", 6),
    SWITCH("-nfcallarptables", 7),
    SWITCH("-nfcallip6tables", 8),
    SWITCH("-nfcalliptables", 9),
    SLOT("-priority", 10),
    SWITCH("-stp", 11),
    SLOT("-vlandefaultpvid", 12),
    SWITCH("-vlanfiltering", 13),
    SLOT("-vlanprotocol", 14),
    END,
};

static const NscgOption macvlanOptions[] = {
    COMMON,           LINK, SLOT("-bcqueuelen", 0), SLOT("-flag", 1),
    SLOT("-mode", 2), END,
};

static const NscgOption ipvlanOptions[] = {
    COMMON, LINK, SLOT("-flag", 0), SLOT("-mode", 1), END,
};

static const NscgOption vlanOptions[] = {
    COMMON, LINK, SLOT("-id", 0), SLOT("-protocol", 1), END,
};

/* Its -link is an attribute of the kind's own. */
static const NscgOption vxlanOptions[] = {
    COMMON,
    SLOT("-ageing", 0),
    SLOT("-df", 1),
    SWITCH("-external", 2),
    SLOT("-id", 3),
    SWITCH("-l2miss", 4),
    SWITCH("-l3miss", 5),
    SWITCH("-learning", 6),
    SLOT("-limit", 7),
    SLOT("-link", 8),
    SLOT("-local", 9),
    SLOT("-port", 10),
    SWITCH("-proxy", 11),
    SLOT("-remote", 12),
    SWITCH("-rsc", 13),
    SLOT("-tos", 14),
    SLOT("-ttl", 15),
    SWITCH("-udpcsum", 16),
    END,
};

static const NscgOption vrfOptions[] = {COMMON, SLOT("-table", 0), END};

/* These are no attributes, but calls: TunWords in nscgLinkCreate.c. */
static const NscgOption tunOptions[] = {
    COMMON,
    SWITCH("-multiqueue", 0),
    SWITCH("-pi", 1),
    SLOT("-usergroup", 2),
    SLOT("-user", 3),
    SWITCH("-vnethdr", 4),
    END,
};

static const NscgLinkOptions kinds[] = {
    {"bridge", bridgeOptions, false, false},
    {"ipvlan", ipvlanOptions, true, false},
    {"ipvtap", ipvlanOptions, true, false},
    {"macvlan", macvlanOptions, true, false},
    {"macvtap", macvlanOptions, true, false},
    {"tap", tunOptions, false, true},
    {"tun", tunOptions, false, true},
    {"vlan", vlanOptions, true, false},
    {"vrf", vrfOptions, false, false},
    {"vxlan", vxlanOptions, false, false},
    {NULL, commonOptions, false, false},
};

const NscgLinkOptions *
NscgFindLinkOptions(const char *kind)
{
    const NscgLinkOptions *row = kinds;

    while (row->kind != NULL && strcmp(row->kind, kind) != 0) {
        row++;
    }
    return row;
}
