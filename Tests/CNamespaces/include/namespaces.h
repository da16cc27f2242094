// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the calling thread takes for its own, until it ends. Answers are 0, or a negative errno.

// Mounts: nothing that it mounts is seen elsewhere.
int take_own_mounts(void);

// Descriptors: a copy of the process's, so that what others open meanwhile does not count.
int take_own_descriptors(void);

// The network: a namespace of its own, whose loopback device is up.
int take_own_network(void);

// A pair of connected TCP sockets on the loopback device.
int connect_pair(int sockets[2]);

// Sends a datagram to a port of 127.0.0.1, from a new socket.
int send_datagram(unsigned short port);

// A new UDP socket that is bound to a port of 127.0.0.1, with SO_REUSEPORT where that is wanted; its descriptor, or a negative errno.
int bind_datagrams(unsigned short port, int shared);

// Puts an address and a mask's length on a device, and takes it up; 0, or a negative errno.
int configure_device(const char *name, const char *address, int bits);

// Answers its first argument and one. Its first instruction is a nop, and so is the second, which is the USDT probe trial:called with the arguments
// and 7.
int probed_function(int number, long other);

// Answers its first argument, which is 1 in trials: there the USDT probe trial:twice has the arguments number, numbers[0], numbers[number + 1] and 42, at
// two places.
long probed_twice(long number, const long *numbers);

// How many trace the probe trial:counted behind that, by its counter.
unsigned short count_tracers(void);

// Two datagram sockets of a family do what programs of cgroups see: bind, say their names, send to an address, receive from one, connect, ask for the
// other's name.
int converse(int family);

// Connects two TCP sockets on the loopback device, of which the first avoids congestion in the way of that name, and sends a byte to and fro.
int connect_with(const char *congestion);

// Copies the process; the copy has the calling thread alone, and is killed when that ends. 0 in the copy, its number in the caller, or a negative errno.
int fork_process(void);

// Kills a copy and waits for its end: the signal that ended it, or a negative errno.
int kill_process(int process);

// The CPUs that the calling thread may run on, a bit for each, and a change of them; 0, or a negative errno.
int thread_cpus(unsigned char *bits, unsigned long byte_count);
int set_thread_cpus(const unsigned char *bits, unsigned long byte_count);

// Moves the calling thread into the network namespace of a descriptor.
int enter_network(int descriptor);

// Maps a function of a file, by its place there, that needs nothing but its own instructions; NULL where the file cannot be mapped.
void *map_function(const char *path, unsigned long offset);

// Calls it with 0.
void call_function(void *function);

// The bytes that malloc has given out in this process and that nobody has freed.
unsigned long allocated_bytes(void);
