// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "namespaces.h"
#include <errno.h>
#include <sched.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <sys/mount.h>

int take_own_mounts(void) {
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        return -errno;
    return 0;
}

int take_own_descriptors(void) {
    return unshare(CLONE_FILES) ? -errno : 0;
}

int take_own_network(void) {
    if (unshare(CLONE_NEWNET))
        return -errno;
    return configure_device("lo", "127.0.0.1", 8);
}

int configure_device(const char *name, const char *address, int bits) {
    struct ifreq request = {0};
    struct sockaddr_in *place = (struct sockaddr_in *)&request.ifr_addr;
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int status = control < 0 ? -errno : 0;
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (!status && strcmp(name, "lo")) {
        place->sin_family = AF_INET;
        inet_pton(AF_INET, address, &place->sin_addr);
        if (ioctl(control, SIOCSIFADDR, &request))
            status = -errno;
        place->sin_addr.s_addr = htonl(bits ? ~0u << (32 - bits) : 0);
        if (!status && ioctl(control, SIOCSIFNETMASK, &request))
            status = -errno;
    }
    request.ifr_flags = IFF_UP;
    if (!status && ioctl(control, SIOCSIFFLAGS, &request))
        status = -errno;
    if (control >= 0)
        close(control);
    return status;
}

static struct sockaddr_in loopback(unsigned short port) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port)};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return place;
}

int connect_pair(int sockets[2]) {
    struct sockaddr_in place = loopback(0);
    socklen_t size = sizeof place;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), status = 0;
    sockets[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockets[1] = -1;
    if (listener < 0 || sockets[0] < 0 || bind(listener, (struct sockaddr *)&place, size) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr *)&place, &size) || connect(sockets[0], (struct sockaddr *)&place, size) ||
        (sockets[1] = accept(listener, NULL, NULL)) < 0)
        status = -errno;
    close(listener);
    return status;
}

int send_datagram(unsigned short port) {
    struct sockaddr_in place = loopback(port);
    int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int status = sender < 0 || sendto(sender, "event", 5, 0, (struct sockaddr *)&place, sizeof place) < 0 ? -errno : 0;
    if (sender >= 0)
        close(sender);
    return status;
}

int bind_datagrams(unsigned short port, int shared) {
    struct sockaddr_in place = loopback(port);
    struct timeval patience = {.tv_usec = 200000};
    int receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), yes = 1;
    if (receiver < 0)
        return -errno;
    setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (shared)
        setsockopt(receiver, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    if (bind(receiver, (struct sockaddr *)&place, sizeof place)) {
        int status = -errno;
        close(receiver);
        return status;
    }
    return receiver;
}
