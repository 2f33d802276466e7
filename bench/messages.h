/*
 * messages.h --
 *
 *      What the limits of networks put their messages together with, and how
 *      they get hold of a net namespace.
 */

#ifndef MESSAGES_H
#define MESSAGES_H

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct message {
    struct nlmsghdr head;
    char rest[1024];
};

static inline void
Fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline void
Begin(
    struct message *message, int type, int flags, const void *family,
    size_t len)
{
    memset(message, 0, sizeof(*message));
    message->head.nlmsg_type = (unsigned short)type;
    message->head.nlmsg_flags =
        (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
    message->head.nlmsg_len = (unsigned)NLMSG_LENGTH(len);
    memcpy(NLMSG_DATA(&message->head), family, len);
}

static inline void *
Append(struct message *message, const void *data, size_t len)
{
    void *at = (char *)message + NLMSG_ALIGN(message->head.nlmsg_len);

    memcpy(at, data, len);
    message->head.nlmsg_len =
        (unsigned)(NLMSG_ALIGN(message->head.nlmsg_len) + NLMSG_ALIGN(len));
    return at;
}

static inline struct rtattr *
Put(struct message *message, int type, const void *data, size_t len)
{
    struct rtattr head = {
        .rta_len = (unsigned short)RTA_LENGTH(len),
        .rta_type = (unsigned short)type};
    struct rtattr *at = Append(message, &head, sizeof(head));

    if (len > 0) {
        Append(message, data, len);
    }
    return at;
}

static inline void
Close(struct message *message, struct rtattr *nest)
{
    nest->rta_len =
        (unsigned short)((char *)message + message->head.nlmsg_len - (char *)nest);
}

/* 0, or the kernel's refusal; -1: no answer. */
static inline int
Ask(int fd, struct message *message)
{
    char answer[4096];
    const struct nlmsghdr *head = (const void *)answer;

    if (send(fd, message, message->head.nlmsg_len, 0) < 0
        || recv(fd, answer, sizeof(answer), 0) < (ssize_t)NLMSG_LENGTH(4)
        || head->nlmsg_type != NLMSG_ERROR) {
        return -1;
    }
    return ((const struct nlmsgerr *)NLMSG_DATA(head))->error;
}

static inline int
OpenNs(const char *pid)
{
    char path[64];
    int fd;

    snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        Fail(path);
    }
    return fd;
}

#endif /* MESSAGES_H */
