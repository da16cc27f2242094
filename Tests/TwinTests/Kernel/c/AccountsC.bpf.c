// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Keeps what belongs together under a lock.

struct bpf_spin_lock {
    u32 val;
};

struct account {
    struct bpf_spin_lock lock;
    u32 bookings;
    u64 balance;
    u64 largest;
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 4);
    TYPE(key, u32);
    TYPE(value, struct account);
} accounts SEC(".maps");

u32 number = 0;
u64 amount = 0;

SEC("tc")
int book(void *context) {
    u32 key = number;
    struct account *account = bpf_map_lookup_elem(&accounts, &key);
    if (!account)
        return 2;
    u64 booked = amount;
    bpf_spin_lock(&account->lock);
    account->bookings += 1;
    account->balance += booked;
    if (account->largest < booked)
        account->largest = booked;
    bpf_spin_unlock(&account->lock);
    return 0;
}
