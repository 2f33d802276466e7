/*
 * lxLinkKind.c --
 *
 *      What only links of one kind have: the attributes by which they are
 *      made, and of which the kernel tells, in one table for both ways.
 */

#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <string.h>

#include "lx.h"

#define BOOL(key, type) \
    { \
        key, LX_FORM_BOOL, type, 0, NULL, 0, 1, false \
    }
#define NUMBER(key, bits, type, min, max) \
    { \
        key, LX_FORM_NUMBER##bits, type, 0, NULL, min, max, false \
    }
#define TIME(key, form, type) \
    { \
        key, form, type, 0, NULL, 0, UINT32_MAX, false \
    }
#define WORD(key, bits, type, words) \
    { \
        key, LX_FORM_WORD##bits, type, 0, words, 0, 0, false \
    }
#define TOLD(key, form, type, words) \
    { \
        key, form, type, 0, words, 0, 0, true \
    }
#define END \
    { \
        NULL, LX_FORM_BOOL, 0, 0, NULL, 0, 0, false \
    }

static const struct lx_word protocols[] = {
    {"802.1q", 0x8100},
    {"802.1ad", 0x88a8},
    {NULL, 0},
};

static const struct lx_word portStates[] = {
    {"disabled", BR_STATE_DISABLED}, {"listening", BR_STATE_LISTENING},
    {"learning", BR_STATE_LEARNING}, {"forwarding", BR_STATE_FORWARDING},
    {"blocking", BR_STATE_BLOCKING}, {NULL, 0},
};

static const struct lx_word macvlanModes[] = {
    {"private", MACVLAN_MODE_PRIVATE}, {"vepa", MACVLAN_MODE_VEPA},
    {"bridge", MACVLAN_MODE_BRIDGE},   {"passthru", MACVLAN_MODE_PASSTHRU},
    {"source", MACVLAN_MODE_SOURCE},   {NULL, 0},
};

static const struct lx_word macvlanFlags[] = {
    {"none", 0},
    {"nopromisc", MACVLAN_FLAG_NOPROMISC},
    {"nodst", MACVLAN_FLAG_NODST},
    {NULL, 0},
};

static const struct lx_word ipvlanModes[] = {
    {"l2", IPVLAN_MODE_L2},
    {"l3", IPVLAN_MODE_L3},
    {"l3s", IPVLAN_MODE_L3S},
    {NULL, 0},
};

static const struct lx_word ipvlanFlags[] = {
    {"bridge", 0},
    {"private", IPVLAN_F_PRIVATE},
    {"vepa", IPVLAN_F_VEPA},
    {NULL, 0},
};

static const struct lx_word tunTypes[] = {
    {"tun", 1},
    {"tap", 2},
    {NULL, 0},
};

static const struct lx_word fragmentWords[] = {
    {"unset", VXLAN_DF_UNSET},
    {"set", VXLAN_DF_SET},
    {"inherit", VXLAN_DF_INHERIT},
    {NULL, 0},
};

static const struct lx_kindattr bridge[] = {
    {"stp", LX_FORM_BOOL32, IFLA_BR_STP_STATE, 0, NULL, 0, 1, false},
    BOOL("vlanfiltering", IFLA_BR_VLAN_FILTERING),
    TIME("ageing", LX_FORM_CENTI, IFLA_BR_AGEING_TIME),
    TIME("forwarddelay", LX_FORM_CENTI, IFLA_BR_FORWARD_DELAY),
    TIME("hello", LX_FORM_CENTI, IFLA_BR_HELLO_TIME),
    TIME("maxage", LX_FORM_CENTI, IFLA_BR_MAX_AGE),
    NUMBER("priority", 16, IFLA_BR_PRIORITY, 0, 65535),
    {"vlanprotocol", LX_FORM_PROTOCOL, IFLA_BR_VLAN_PROTOCOL, 0, protocols, 0,
     0, false},
    NUMBER("vlandefaultpvid", 16, IFLA_BR_VLAN_DEFAULT_PVID, 0, 4094),
    NUMBER("groupfwdmask", 16, IFLA_BR_GROUP_FWD_MASK, 0, 65535),
    BOOL("mcastsnooping", IFLA_BR_MCAST_SNOOPING),
    BOOL("mcastquerier", IFLA_BR_MCAST_QUERIER),
    BOOL("nfcalliptables", IFLA_BR_NF_CALL_IPTABLES),
    BOOL("nfcallip6tables", IFLA_BR_NF_CALL_IP6TABLES),
    BOOL("nfcallarptables", IFLA_BR_NF_CALL_ARPTABLES),
    TOLD("bridgeid", LX_FORM_BRIDGEID, IFLA_BR_BRIDGE_ID, NULL),
    TOLD("rootid", LX_FORM_BRIDGEID, IFLA_BR_ROOT_ID, NULL),
    TOLD("rootport", LX_FORM_NUMBER16, IFLA_BR_ROOT_PORT, NULL),
    TOLD("rootpathcost", LX_FORM_NUMBER32, IFLA_BR_ROOT_PATH_COST, NULL),
    END,
};

static const struct lx_kindattr bridgeMember[] = {
    WORD("state", 8, IFLA_BRPORT_STATE, portStates),
    NUMBER("priority", 16, IFLA_BRPORT_PRIORITY, 0, 63),
    NUMBER("cost", 32, IFLA_BRPORT_COST, 1, 65535),
    BOOL("hairpin", IFLA_BRPORT_MODE),
    BOOL("guard", IFLA_BRPORT_GUARD),
    BOOL("rootblock", IFLA_BRPORT_PROTECT),
    BOOL("fastleave", IFLA_BRPORT_FAST_LEAVE),
    BOOL("learning", IFLA_BRPORT_LEARNING),
    BOOL("flood", IFLA_BRPORT_UNICAST_FLOOD),
    BOOL("mcastflood", IFLA_BRPORT_MCAST_FLOOD),
    BOOL("bcastflood", IFLA_BRPORT_BCAST_FLOOD),
    BOOL("proxyarp", IFLA_BRPORT_PROXYARP),
    BOOL("neighsuppress", IFLA_BRPORT_NEIGH_SUPPRESS),
    BOOL("isolated", IFLA_BRPORT_ISOLATED),
    BOOL("locked", IFLA_BRPORT_LOCKED),
    TOLD("port", LX_FORM_NUMBER16, IFLA_BRPORT_NO, NULL),
    END,
};

static const struct lx_kindattr macvlan[] = {
    WORD("mode", 32, IFLA_MACVLAN_MODE, macvlanModes),
    WORD("flag", 16, IFLA_MACVLAN_FLAGS, macvlanFlags),
    NUMBER("bcqueuelen", 32, IFLA_MACVLAN_BC_QUEUE_LEN, 0, UINT32_MAX),
    END,
};

static const struct lx_kindattr ipvlan[] = {
    WORD("mode", 16, IFLA_IPVLAN_MODE, ipvlanModes),
    WORD("flag", 16, IFLA_IPVLAN_FLAGS, ipvlanFlags),
    END,
};

static const struct lx_kindattr vlan[] = {
    NUMBER("id", 16, IFLA_VLAN_ID, 0, 4094),
    {"protocol", LX_FORM_PROTOCOL, IFLA_VLAN_PROTOCOL, 0, protocols, 0, 0,
     false},
    END,
};

static const struct lx_kindattr vxlan[] = {
    NUMBER("id", 32, IFLA_VXLAN_ID, 0, 16777215),
    {"remote", LX_FORM_IP, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6, NULL, 0, 0,
     false},
    {"local", LX_FORM_IP, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6, NULL, 0, 0,
     false},
    {"port", LX_FORM_PORT, IFLA_VXLAN_PORT, 0, NULL, 1, 65535, false},
    {"link", LX_FORM_LINK, IFLA_VXLAN_LINK, 0, NULL, 0, 0, false},
    NUMBER("ttl", 8, IFLA_VXLAN_TTL, 0, 255),
    NUMBER("tos", 8, IFLA_VXLAN_TOS, 0, 255),
    WORD("df", 8, IFLA_VXLAN_DF, fragmentWords),
    BOOL("learning", IFLA_VXLAN_LEARNING),
    TIME("ageing", LX_FORM_SECONDS, IFLA_VXLAN_AGEING),
    NUMBER("limit", 32, IFLA_VXLAN_LIMIT, 0, UINT32_MAX),
    BOOL("proxy", IFLA_VXLAN_PROXY),
    BOOL("rsc", IFLA_VXLAN_RSC),
    BOOL("l2miss", IFLA_VXLAN_L2MISS),
    BOOL("l3miss", IFLA_VXLAN_L3MISS),
    BOOL("udpcsum", IFLA_VXLAN_UDP_CSUM),
    BOOL("external", IFLA_VXLAN_COLLECT_METADATA),
    END,
};

static const struct lx_kindattr vrf[] = {
    NUMBER("table", 32, IFLA_VRF_TABLE, 1, UINT32_MAX),
    END,
};

/* What is made through /dev/net/tun. */
static const struct lx_kindattr tun[] = {
    TOLD("type", LX_FORM_WORD8, IFLA_TUN_TYPE, tunTypes),
    TOLD("user", LX_FORM_ID, IFLA_TUN_OWNER, NULL),
    TOLD("group", LX_FORM_ID, IFLA_TUN_GROUP, NULL),
    TOLD("persist", LX_FORM_BOOL, IFLA_TUN_PERSIST, NULL),
    TOLD("pi", LX_FORM_BOOL, IFLA_TUN_PI, NULL),
    TOLD("vnethdr", LX_FORM_BOOL, IFLA_TUN_VNET_HDR, NULL),
    TOLD("multiqueue", LX_FORM_BOOL, IFLA_TUN_MULTI_QUEUE, NULL),
    END,
};

static const struct lx_linkkind kinds[] = {
    {"bridge", bridge},   {"ipvlan", ipvlan},   {"ipvtap", ipvlan},
    {"macvlan", macvlan}, {"macvtap", macvlan}, {"tun", tun},
    {"vlan", vlan},       {"vrf", vrf},         {"vxlan", vxlan},
};

static const struct lx_linkkind memberKinds[] = {
    {"bridge", bridgeMember},
};

static const struct lx_linkkind *
Find(const struct lx_linkkind *list, size_t count, const char *name)
{
    for (size_t i = 0; name != NULL && i < count; i++) {
        if (strcmp(list[i].name, name) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

const struct lx_linkkind *
lx_link_kind(const char *name)
{
    return Find(kinds, sizeof(kinds) / sizeof(kinds[0]), name);
}

const struct lx_linkkind *
lx_link_member(const char *masterKind)
{
    return Find(
        memberKinds, sizeof(memberKinds) / sizeof(memberKinds[0]), masterKind);
}

const struct lx_kindattr *
lx_kind_attr(const struct lx_linkkind *kind, const char *key)
{
    for (const struct lx_kindattr *attr = kind->attrs; attr->key != NULL;
         attr++) {
        if (strcmp(attr->key, key) == 0) {
            return attr;
        }
    }
    return NULL;
}
