// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "namespaces.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// An address of the family that is free: on the loopback device, or a name that is no file's; its size.
static socklen_t free_place(int family, struct sockaddr_storage *place) {
    memset(place, 0, sizeof *place);
    place->ss_family = family;
    if (family == AF_INET) {
        ((struct sockaddr_in *)place)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof(struct sockaddr_in);
    }
    if (family == AF_INET6) {
        ((struct sockaddr_in6 *)place)->sin6_addr = in6addr_loopback;
        return sizeof(struct sockaddr_in6);
    }
    return offsetof(struct sockaddr_un, sun_path);
}

int converse(int family) {
    struct sockaddr_storage place, own, other;
    struct sockaddr *there = (struct sockaddr *)&place, *here = (struct sockaddr *)&own, *from = (struct sockaddr *)&other;
    socklen_t size = free_place(family, &place), own_size = free_place(family, &own), other_size = sizeof other;
    struct timeval patience = {.tv_sec = 5};
    char bytes[8];
    int receiver = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), sender = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), status = 0;
    if (receiver < 0 || sender < 0 || setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ||
        bind(receiver, there, size) || bind(sender, here, own_size))
        status = -errno;
    size = sizeof place;
    if (!status && (getsockname(receiver, there, &size) || sendto(sender, "event", 5, 0, there, size) < 0 ||
                    recvfrom(receiver, bytes, sizeof bytes, 0, from, &other_size) < 0 || connect(sender, there, size)))
        status = -errno;
    other_size = sizeof other;
    if (!status && getpeername(sender, from, &other_size))
        status = -errno;
    if (receiver >= 0)
        close(receiver);
    if (sender >= 0)
        close(sender);
    return status;
}

// Sends a byte from one socket to the other.
static int hand_over(int from, int to) {
    char byte = 1;
    // Where the other has gone, no call says an error.
    errno = EPIPE;
    return send(from, &byte, 1, MSG_NOSIGNAL) == 1 && recv(to, &byte, 1, 0) == 1 ? 0 : -1;
}

int connect_with(const char *congestion) {
    struct sockaddr_storage place;
    struct sockaddr *there = (struct sockaddr *)&place;
    socklen_t size = free_place(AF_INET, &place);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), sender = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), receiver = -1, status = 0;
    if (listener < 0 || sender < 0 || setsockopt(sender, IPPROTO_TCP, TCP_CONGESTION, congestion, strlen(congestion)) ||
        bind(listener, there, size) || listen(listener, 1) || getsockname(listener, there, &size) || connect(sender, there, size) ||
        (receiver = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0 || hand_over(sender, receiver) || hand_over(receiver, sender))
        status = -errno;
    int sockets[3] = {listener, sender, receiver};
    for (int index = 0; index < 3; index++)
        if (sockets[index] >= 0)
            close(sockets[index]);
    return status;
}
