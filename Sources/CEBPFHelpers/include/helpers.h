// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Generated from the table of helpers (Helper.all); a test holds it to the table.
#pragma once
#include <ebpf_types.h>

// What the helpers are called in Swift is a member of this.
struct Helpers { u8 unused; };

// Linux 3.19
EBPF_INLINE void *bpf_map_lookup_elem(void *map, const void *key) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, const void *))1)(map, key));
}
EBPF_NAMED("Helpers.mapLookupElem(_:_:)") void *ebpf_helper_map_lookup_elem(void *map, const void *key) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, const void *))1)(map, key));
}

// Linux 3.19
EBPF_INLINE long bpf_map_update_elem(void *map, const void *key, const void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, const void *, u64))2)(map, key, value, flags));
}
EBPF_NAMED("Helpers.mapUpdateElem(_:_:_:_:)") long ebpf_helper_map_update_elem(void *map, const void *key, const void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, const void *, u64))2)(map, key, value, flags));
}

// Linux 3.19
EBPF_INLINE long bpf_map_delete_elem(void *map, const void *key) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *))3)(map, key));
}
EBPF_NAMED("Helpers.mapDeleteElem(_:_:)") long ebpf_helper_map_delete_elem(void *map, const void *key) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *))3)(map, key));
}

// Linux 4.1, GPL only
EBPF_INLINE long bpf_probe_read(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))4)(dst, size, unsafe_ptr));
}
EBPF_NAMED("Helpers.probeRead(_:_:_:)") long ebpf_helper_probe_read(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))4)(dst, size, unsafe_ptr));
}

// Linux 4.1
EBPF_INLINE u64 bpf_ktime_get_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))5)());
}
EBPF_NAMED("Helpers.ktimeGetNs()") u64 ebpf_helper_ktime_get_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))5)());
}

// Linux 4.1
EBPF_INLINE u32 bpf_get_prandom_u32(void) {
    EBPF_IN_KERNEL(return ((u32 (*)(void))7)());
}
EBPF_NAMED("Helpers.getPrandomU32()") u32 ebpf_helper_get_prandom_u32(void) {
    EBPF_IN_KERNEL(return ((u32 (*)(void))7)());
}

// Linux 4.1
EBPF_INLINE u32 bpf_get_smp_processor_id(void) {
    EBPF_IN_KERNEL(return ((u32 (*)(void))8)());
}
EBPF_NAMED("Helpers.getSmpProcessorId()") u32 ebpf_helper_get_smp_processor_id(void) {
    EBPF_IN_KERNEL(return ((u32 (*)(void))8)());
}

// Linux 4.1
EBPF_INLINE long bpf_skb_store_bytes(void *skb, u32 offset, const void *from, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *, u32, u64))9)(skb, offset, from, len, flags));
}
EBPF_NAMED("Helpers.skbStoreBytes(_:_:_:_:_:)") long ebpf_helper_skb_store_bytes(void *skb, u32 offset, const void *from, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *, u32, u64))9)(skb, offset, from, len, flags));
}

// Linux 4.1
EBPF_INLINE long bpf_l3_csum_replace(void *skb, u32 offset, u64 from, u64 to, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, u64, u64))10)(skb, offset, from, to, size));
}
EBPF_NAMED("Helpers.l3CsumReplace(_:_:_:_:_:)") long ebpf_helper_l3_csum_replace(void *skb, u32 offset, u64 from, u64 to, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, u64, u64))10)(skb, offset, from, to, size));
}

// Linux 4.1
EBPF_INLINE long bpf_l4_csum_replace(void *skb, u32 offset, u64 from, u64 to, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, u64, u64))11)(skb, offset, from, to, flags));
}
EBPF_NAMED("Helpers.l4CsumReplace(_:_:_:_:_:)") long ebpf_helper_l4_csum_replace(void *skb, u32 offset, u64 from, u64 to, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, u64, u64))11)(skb, offset, from, to, flags));
}

// Linux 4.2
EBPF_INLINE long bpf_tail_call(void *ctx, void *prog_array_map, u32 index) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))12)(ctx, prog_array_map, index));
}
EBPF_NAMED("Helpers.tailCall(_:_:_:)") long ebpf_helper_tail_call(void *ctx, void *prog_array_map, u32 index) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))12)(ctx, prog_array_map, index));
}

// Linux 4.2
EBPF_INLINE long bpf_clone_redirect(void *skb, u32 ifindex, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))13)(skb, ifindex, flags));
}
EBPF_NAMED("Helpers.cloneRedirect(_:_:_:)") long ebpf_helper_clone_redirect(void *skb, u32 ifindex, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))13)(skb, ifindex, flags));
}

// Linux 4.2
EBPF_INLINE u64 bpf_get_current_pid_tgid(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))14)());
}
EBPF_NAMED("Helpers.getCurrentPidTgid()") u64 ebpf_helper_get_current_pid_tgid(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))14)());
}

// Linux 4.2
EBPF_INLINE u64 bpf_get_current_uid_gid(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))15)());
}
EBPF_NAMED("Helpers.getCurrentUidGid()") u64 ebpf_helper_get_current_uid_gid(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))15)());
}

// Linux 4.2
EBPF_INLINE long bpf_get_current_comm(void *buf, u32 size_of_buf) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))16)(buf, size_of_buf));
}
EBPF_NAMED("Helpers.getCurrentComm(_:_:)") long ebpf_helper_get_current_comm(void *buf, u32 size_of_buf) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))16)(buf, size_of_buf));
}

// Linux 4.3
EBPF_INLINE u32 bpf_get_cgroup_classid(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))17)(skb));
}
EBPF_NAMED("Helpers.getCgroupClassid(_:)") u32 ebpf_helper_get_cgroup_classid(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))17)(skb));
}

// Linux 4.3
EBPF_INLINE long bpf_skb_vlan_push(void *skb, __be16 vlan_proto, u16 vlan_tci) {
    EBPF_IN_KERNEL(return ((long (*)(void *, __be16, u16))18)(skb, vlan_proto, vlan_tci));
}
EBPF_NAMED("Helpers.skbVlanPush(_:_:_:)") long ebpf_helper_skb_vlan_push(void *skb, __be16 vlan_proto, u16 vlan_tci) {
    EBPF_IN_KERNEL(return ((long (*)(void *, __be16, u16))18)(skb, vlan_proto, vlan_tci));
}

// Linux 4.3
EBPF_INLINE long bpf_skb_vlan_pop(void *skb) {
    EBPF_IN_KERNEL(return ((long (*)(void *))19)(skb));
}
EBPF_NAMED("Helpers.skbVlanPop(_:)") long ebpf_helper_skb_vlan_pop(void *skb) {
    EBPF_IN_KERNEL(return ((long (*)(void *))19)(skb));
}

// Linux 4.3
EBPF_INLINE long bpf_skb_get_tunnel_key(void *skb, void *key, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))20)(skb, key, size, flags));
}
EBPF_NAMED("Helpers.skbGetTunnelKey(_:_:_:_:)") long ebpf_helper_skb_get_tunnel_key(void *skb, void *key, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))20)(skb, key, size, flags));
}

// Linux 4.3
EBPF_INLINE long bpf_skb_set_tunnel_key(void *skb, void *key, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))21)(skb, key, size, flags));
}
EBPF_NAMED("Helpers.skbSetTunnelKey(_:_:_:_:)") long ebpf_helper_skb_set_tunnel_key(void *skb, void *key, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))21)(skb, key, size, flags));
}

// Linux 4.3, GPL only
EBPF_INLINE u64 bpf_perf_event_read(void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, u64))22)(map, flags));
}
EBPF_NAMED("Helpers.perfEventRead(_:_:)") u64 ebpf_helper_perf_event_read(void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, u64))22)(map, flags));
}

// Linux 4.4
EBPF_INLINE long bpf_redirect(u32 ifindex, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, u64))23)(ifindex, flags));
}
EBPF_NAMED("Helpers.redirect(_:_:)") long ebpf_helper_redirect(u32 ifindex, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, u64))23)(ifindex, flags));
}

// Linux 4.4
EBPF_INLINE u32 bpf_get_route_realm(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))24)(skb));
}
EBPF_NAMED("Helpers.getRouteRealm(_:)") u32 ebpf_helper_get_route_realm(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))24)(skb));
}

// Linux 4.4, GPL only
EBPF_INLINE long bpf_perf_event_output(void *ctx, void *map, u64 flags, void *data, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, void *, u64))25)(ctx, map, flags, data, size));
}
EBPF_NAMED("Helpers.perfEventOutput(_:_:_:_:_:)") long ebpf_helper_perf_event_output(void *ctx, void *map, u64 flags, void *data, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, void *, u64))25)(ctx, map, flags, data, size));
}

// Linux 4.5
EBPF_INLINE long bpf_skb_load_bytes(const void *skb, u32 offset, void *to, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, u32, void *, u32))26)(skb, offset, to, len));
}
EBPF_NAMED("Helpers.skbLoadBytes(_:_:_:_:)") long ebpf_helper_skb_load_bytes(const void *skb, u32 offset, void *to, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, u32, void *, u32))26)(skb, offset, to, len));
}

// Linux 4.6, GPL only
EBPF_INLINE long bpf_get_stackid(void *ctx, void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64))27)(ctx, map, flags));
}
EBPF_NAMED("Helpers.getStackid(_:_:_:)") long ebpf_helper_get_stackid(void *ctx, void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64))27)(ctx, map, flags));
}

// Linux 4.6
EBPF_INLINE s64 bpf_csum_diff(__be32 *from, u32 from_size, __be32 *to, u32 to_size, __wsum seed) {
    EBPF_IN_KERNEL(return ((s64 (*)(__be32 *, u32, __be32 *, u32, __wsum))28)(from, from_size, to, to_size, seed));
}
EBPF_NAMED("Helpers.csumDiff(_:_:_:_:_:)") s64 ebpf_helper_csum_diff(__be32 *from, u32 from_size, __be32 *to, u32 to_size, __wsum seed) {
    EBPF_IN_KERNEL(return ((s64 (*)(__be32 *, u32, __be32 *, u32, __wsum))28)(from, from_size, to, to_size, seed));
}

// Linux 4.6
EBPF_INLINE long bpf_skb_get_tunnel_opt(void *skb, void *opt, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))29)(skb, opt, size));
}
EBPF_NAMED("Helpers.skbGetTunnelOpt(_:_:_:)") long ebpf_helper_skb_get_tunnel_opt(void *skb, void *opt, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))29)(skb, opt, size));
}

// Linux 4.6
EBPF_INLINE long bpf_skb_set_tunnel_opt(void *skb, void *opt, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))30)(skb, opt, size));
}
EBPF_NAMED("Helpers.skbSetTunnelOpt(_:_:_:)") long ebpf_helper_skb_set_tunnel_opt(void *skb, void *opt, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))30)(skb, opt, size));
}

// Linux 4.8
EBPF_INLINE long bpf_skb_change_proto(void *skb, __be16 proto, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, __be16, u64))31)(skb, proto, flags));
}
EBPF_NAMED("Helpers.skbChangeProto(_:_:_:)") long ebpf_helper_skb_change_proto(void *skb, __be16 proto, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, __be16, u64))31)(skb, proto, flags));
}

// Linux 4.8
EBPF_INLINE long bpf_skb_change_type(void *skb, u32 type) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))32)(skb, type));
}
EBPF_NAMED("Helpers.skbChangeType(_:_:)") long ebpf_helper_skb_change_type(void *skb, u32 type) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))32)(skb, type));
}

// Linux 4.8
EBPF_INLINE long bpf_skb_under_cgroup(void *skb, void *map, u32 index) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))33)(skb, map, index));
}
EBPF_NAMED("Helpers.skbUnderCgroup(_:_:_:)") long ebpf_helper_skb_under_cgroup(void *skb, void *map, u32 index) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))33)(skb, map, index));
}

// Linux 4.8
EBPF_INLINE u32 bpf_get_hash_recalc(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))34)(skb));
}
EBPF_NAMED("Helpers.getHashRecalc(_:)") u32 ebpf_helper_get_hash_recalc(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))34)(skb));
}

// Linux 4.8, GPL only
EBPF_INLINE u64 bpf_get_current_task(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))35)());
}
EBPF_NAMED("Helpers.getCurrentTask()") u64 ebpf_helper_get_current_task(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))35)());
}

// Linux 4.8, GPL only
EBPF_INLINE long bpf_probe_write_user(void *dst, const void *src, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u32))36)(dst, src, len));
}
EBPF_NAMED("Helpers.probeWriteUser(_:_:_:)") long ebpf_helper_probe_write_user(void *dst, const void *src, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u32))36)(dst, src, len));
}

// Linux 4.9
EBPF_INLINE long bpf_current_task_under_cgroup(void *map, u32 index) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))37)(map, index));
}
EBPF_NAMED("Helpers.currentTaskUnderCgroup(_:_:)") long ebpf_helper_current_task_under_cgroup(void *map, u32 index) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))37)(map, index));
}

// Linux 4.9
EBPF_INLINE long bpf_skb_change_tail(void *skb, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))38)(skb, len, flags));
}
EBPF_NAMED("Helpers.skbChangeTail(_:_:_:)") long ebpf_helper_skb_change_tail(void *skb, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))38)(skb, len, flags));
}

// Linux 4.9
EBPF_INLINE long bpf_skb_pull_data(void *skb, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))39)(skb, len));
}
EBPF_NAMED("Helpers.skbPullData(_:_:)") long ebpf_helper_skb_pull_data(void *skb, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))39)(skb, len));
}

// Linux 4.9
EBPF_INLINE s64 bpf_csum_update(void *skb, __wsum csum) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, __wsum))40)(skb, csum));
}
EBPF_NAMED("Helpers.csumUpdate(_:_:)") s64 ebpf_helper_csum_update(void *skb, __wsum csum) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, __wsum))40)(skb, csum));
}

// Linux 4.9
EBPF_INLINE void bpf_set_hash_invalid(void *skb) {
    EBPF_IN_KERNEL(return ((void (*)(void *))41)(skb));
}
EBPF_NAMED("Helpers.setHashInvalid(_:)") void ebpf_helper_set_hash_invalid(void *skb) {
    EBPF_IN_KERNEL(return ((void (*)(void *))41)(skb));
}

// Linux 4.10
EBPF_INLINE long bpf_get_numa_node_id(void) {
    EBPF_IN_KERNEL(return ((long (*)(void))42)());
}
EBPF_NAMED("Helpers.getNumaNodeId()") long ebpf_helper_get_numa_node_id(void) {
    EBPF_IN_KERNEL(return ((long (*)(void))42)());
}

// Linux 4.10
EBPF_INLINE long bpf_skb_change_head(void *skb, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))43)(skb, len, flags));
}
EBPF_NAMED("Helpers.skbChangeHead(_:_:_:)") long ebpf_helper_skb_change_head(void *skb, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))43)(skb, len, flags));
}

// Linux 4.10
EBPF_INLINE long bpf_xdp_adjust_head(void *xdp_md, int delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))44)(xdp_md, delta));
}
EBPF_NAMED("Helpers.xdpAdjustHead(_:_:)") long ebpf_helper_xdp_adjust_head(void *xdp_md, int delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))44)(xdp_md, delta));
}

// Linux 4.11, GPL only
EBPF_INLINE long bpf_probe_read_str(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))45)(dst, size, unsafe_ptr));
}
EBPF_NAMED("Helpers.probeReadStr(_:_:_:)") long ebpf_helper_probe_read_str(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))45)(dst, size, unsafe_ptr));
}

// Linux 4.12
EBPF_INLINE u64 bpf_get_socket_cookie(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))46)(ctx));
}
EBPF_NAMED("Helpers.getSocketCookie(_:)") u64 ebpf_helper_get_socket_cookie(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))46)(ctx));
}

// Linux 4.12
EBPF_INLINE u32 bpf_get_socket_uid(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))47)(skb));
}
EBPF_NAMED("Helpers.getSocketUid(_:)") u32 ebpf_helper_get_socket_uid(void *skb) {
    EBPF_IN_KERNEL(return ((u32 (*)(void *))47)(skb));
}

// Linux 4.13
EBPF_INLINE long bpf_set_hash(void *skb, u32 hash) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))48)(skb, hash));
}
EBPF_NAMED("Helpers.setHash(_:_:)") long ebpf_helper_set_hash(void *skb, u32 hash) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))48)(skb, hash));
}

// Linux 4.13
EBPF_INLINE long bpf_setsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int, int, void *, int))49)(bpf_socket, level, optname, optval, optlen));
}
EBPF_NAMED("Helpers.setsockopt(_:_:_:_:_:)") long ebpf_helper_setsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int, int, void *, int))49)(bpf_socket, level, optname, optval, optlen));
}

// Linux 4.13
EBPF_INLINE long bpf_skb_adjust_room(void *skb, s32 len_diff, u32 mode, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, s32, u32, u64))50)(skb, len_diff, mode, flags));
}
EBPF_NAMED("Helpers.skbAdjustRoom(_:_:_:_:)") long ebpf_helper_skb_adjust_room(void *skb, s32 len_diff, u32 mode, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, s32, u32, u64))50)(skb, len_diff, mode, flags));
}

// Linux 4.14
EBPF_INLINE long bpf_redirect_map(void *map, u64 key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u64))51)(map, key, flags));
}
EBPF_NAMED("Helpers.redirectMap(_:_:_:)") long ebpf_helper_redirect_map(void *map, u64 key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u64))51)(map, key, flags));
}

// Linux 4.14
EBPF_INLINE long bpf_sk_redirect_map(void *skb, void *map, u32 key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))52)(skb, map, key, flags));
}
EBPF_NAMED("Helpers.skRedirectMap(_:_:_:_:)") long ebpf_helper_sk_redirect_map(void *skb, void *map, u32 key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))52)(skb, map, key, flags));
}

// Linux 4.14
EBPF_INLINE long bpf_sock_map_update(void *skops, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))53)(skops, map, key, flags));
}
EBPF_NAMED("Helpers.sockMapUpdate(_:_:_:_:)") long ebpf_helper_sock_map_update(void *skops, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))53)(skops, map, key, flags));
}

// Linux 4.15
EBPF_INLINE long bpf_xdp_adjust_meta(void *xdp_md, int delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))54)(xdp_md, delta));
}
EBPF_NAMED("Helpers.xdpAdjustMeta(_:_:)") long ebpf_helper_xdp_adjust_meta(void *xdp_md, int delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))54)(xdp_md, delta));
}

// Linux 4.15, GPL only
EBPF_INLINE long bpf_perf_event_read_value(void *map, u64 flags, void *buf, u32 buf_size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, void *, u32))55)(map, flags, buf, buf_size));
}
EBPF_NAMED("Helpers.perfEventReadValue(_:_:_:_:)") long ebpf_helper_perf_event_read_value(void *map, u64 flags, void *buf, u32 buf_size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, void *, u32))55)(map, flags, buf, buf_size));
}

// Linux 4.15, GPL only
EBPF_INLINE long bpf_perf_prog_read_value(void *ctx, void *buf, u32 buf_size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))56)(ctx, buf, buf_size));
}
EBPF_NAMED("Helpers.perfProgReadValue(_:_:_:)") long ebpf_helper_perf_prog_read_value(void *ctx, void *buf, u32 buf_size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))56)(ctx, buf, buf_size));
}

// Linux 4.15
EBPF_INLINE long bpf_getsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int, int, void *, int))57)(bpf_socket, level, optname, optval, optlen));
}
EBPF_NAMED("Helpers.getsockopt(_:_:_:_:_:)") long ebpf_helper_getsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int, int, void *, int))57)(bpf_socket, level, optname, optval, optlen));
}

// Linux 4.16, GPL only
EBPF_INLINE long bpf_override_return(void *regs, u64 rc) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64))58)(regs, rc));
}
EBPF_NAMED("Helpers.overrideReturn(_:_:)") long ebpf_helper_override_return(void *regs, u64 rc) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64))58)(regs, rc));
}

// Linux 4.16
EBPF_INLINE long bpf_sock_ops_cb_flags_set(void *bpf_sock, int argval) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))59)(bpf_sock, argval));
}
EBPF_NAMED("Helpers.sockOpsCbFlagsSet(_:_:)") long ebpf_helper_sock_ops_cb_flags_set(void *bpf_sock, int argval) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))59)(bpf_sock, argval));
}

// Linux 4.17
EBPF_INLINE long bpf_msg_redirect_map(void *msg, void *map, u32 key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))60)(msg, map, key, flags));
}
EBPF_NAMED("Helpers.msgRedirectMap(_:_:_:_:)") long ebpf_helper_msg_redirect_map(void *msg, void *map, u32 key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))60)(msg, map, key, flags));
}

// Linux 4.17
EBPF_INLINE long bpf_msg_apply_bytes(void *msg, u32 bytes) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))61)(msg, bytes));
}
EBPF_NAMED("Helpers.msgApplyBytes(_:_:)") long ebpf_helper_msg_apply_bytes(void *msg, u32 bytes) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))61)(msg, bytes));
}

// Linux 4.17
EBPF_INLINE long bpf_msg_cork_bytes(void *msg, u32 bytes) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))62)(msg, bytes));
}
EBPF_NAMED("Helpers.msgCorkBytes(_:_:)") long ebpf_helper_msg_cork_bytes(void *msg, u32 bytes) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))62)(msg, bytes));
}

// Linux 4.17
EBPF_INLINE long bpf_msg_pull_data(void *msg, u32 start, u32 end, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32, u64))63)(msg, start, end, flags));
}
EBPF_NAMED("Helpers.msgPullData(_:_:_:_:)") long ebpf_helper_msg_pull_data(void *msg, u32 start, u32 end, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32, u64))63)(msg, start, end, flags));
}

// Linux 4.17
EBPF_INLINE long bpf_bind(void *ctx, void *addr, int addr_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, int))64)(ctx, addr, addr_len));
}
EBPF_NAMED("Helpers.bind(_:_:_:)") long ebpf_helper_bind(void *ctx, void *addr, int addr_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, int))64)(ctx, addr, addr_len));
}

// Linux 4.18
EBPF_INLINE long bpf_xdp_adjust_tail(void *xdp_md, int delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))65)(xdp_md, delta));
}
EBPF_NAMED("Helpers.xdpAdjustTail(_:_:)") long ebpf_helper_xdp_adjust_tail(void *xdp_md, int delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, int))65)(xdp_md, delta));
}

// Linux 4.18
EBPF_INLINE long bpf_skb_get_xfrm_state(void *skb, u32 index, void *xfrm_state, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32, u64))66)(skb, index, xfrm_state, size, flags));
}
EBPF_NAMED("Helpers.skbGetXfrmState(_:_:_:_:_:)") long ebpf_helper_skb_get_xfrm_state(void *skb, u32 index, void *xfrm_state, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32, u64))66)(skb, index, xfrm_state, size, flags));
}

// Linux 4.18, GPL only
EBPF_INLINE long bpf_get_stack(void *ctx, void *buf, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))67)(ctx, buf, size, flags));
}
EBPF_NAMED("Helpers.getStack(_:_:_:_:)") long ebpf_helper_get_stack(void *ctx, void *buf, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))67)(ctx, buf, size, flags));
}

// Linux 4.18
EBPF_INLINE long bpf_skb_load_bytes_relative(const void *skb, u32 offset, void *to, u32 len, u32 start_header) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, u32, void *, u32, u32))68)(skb, offset, to, len, start_header));
}
EBPF_NAMED("Helpers.skbLoadBytesRelative(_:_:_:_:_:)") long ebpf_helper_skb_load_bytes_relative(const void *skb, u32 offset, void *to, u32 len, u32 start_header) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, u32, void *, u32, u32))68)(skb, offset, to, len, start_header));
}

// Linux 4.18, GPL only
EBPF_INLINE long bpf_fib_lookup(void *ctx, void *params, int plen, u32 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, int, u32))69)(ctx, params, plen, flags));
}
EBPF_NAMED("Helpers.fibLookup(_:_:_:_:)") long ebpf_helper_fib_lookup(void *ctx, void *params, int plen, u32 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, int, u32))69)(ctx, params, plen, flags));
}

// Linux 4.18
EBPF_INLINE long bpf_sock_hash_update(void *skops, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))70)(skops, map, key, flags));
}
EBPF_NAMED("Helpers.sockHashUpdate(_:_:_:_:)") long ebpf_helper_sock_hash_update(void *skops, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))70)(skops, map, key, flags));
}

// Linux 4.18
EBPF_INLINE long bpf_msg_redirect_hash(void *msg, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))71)(msg, map, key, flags));
}
EBPF_NAMED("Helpers.msgRedirectHash(_:_:_:_:)") long ebpf_helper_msg_redirect_hash(void *msg, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))71)(msg, map, key, flags));
}

// Linux 4.18
EBPF_INLINE long bpf_sk_redirect_hash(void *skb, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))72)(skb, map, key, flags));
}
EBPF_NAMED("Helpers.skRedirectHash(_:_:_:_:)") long ebpf_helper_sk_redirect_hash(void *skb, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))72)(skb, map, key, flags));
}

// Linux 4.18
EBPF_INLINE long bpf_lwt_push_encap(void *skb, u32 type, void *hdr, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))73)(skb, type, hdr, len));
}
EBPF_NAMED("Helpers.lwtPushEncap(_:_:_:_:)") long ebpf_helper_lwt_push_encap(void *skb, u32 type, void *hdr, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))73)(skb, type, hdr, len));
}

// Linux 4.18
EBPF_INLINE long bpf_lwt_seg6_store_bytes(void *skb, u32 offset, const void *from, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *, u32))74)(skb, offset, from, len));
}
EBPF_NAMED("Helpers.lwtSeg6StoreBytes(_:_:_:_:)") long ebpf_helper_lwt_seg6_store_bytes(void *skb, u32 offset, const void *from, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *, u32))74)(skb, offset, from, len));
}

// Linux 4.18
EBPF_INLINE long bpf_lwt_seg6_adjust_srh(void *skb, u32 offset, s32 delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, s32))75)(skb, offset, delta));
}
EBPF_NAMED("Helpers.lwtSeg6AdjustSrh(_:_:_:)") long ebpf_helper_lwt_seg6_adjust_srh(void *skb, u32 offset, s32 delta) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, s32))75)(skb, offset, delta));
}

// Linux 4.18
EBPF_INLINE long bpf_lwt_seg6_action(void *skb, u32 action, void *param, u32 param_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))76)(skb, action, param, param_len));
}
EBPF_NAMED("Helpers.lwtSeg6Action(_:_:_:_:)") long ebpf_helper_lwt_seg6_action(void *skb, u32 action, void *param, u32 param_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))76)(skb, action, param, param_len));
}

// Linux 4.18, GPL only
EBPF_INLINE long bpf_rc_repeat(void *ctx) {
    EBPF_IN_KERNEL(return ((long (*)(void *))77)(ctx));
}
EBPF_NAMED("Helpers.rcRepeat(_:)") long ebpf_helper_rc_repeat(void *ctx) {
    EBPF_IN_KERNEL(return ((long (*)(void *))77)(ctx));
}

// Linux 4.18, GPL only
EBPF_INLINE long bpf_rc_keydown(void *ctx, u32 protocol, u64 scancode, u32 toggle) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, u32))78)(ctx, protocol, scancode, toggle));
}
EBPF_NAMED("Helpers.rcKeydown(_:_:_:_:)") long ebpf_helper_rc_keydown(void *ctx, u32 protocol, u64 scancode, u32 toggle) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, u32))78)(ctx, protocol, scancode, toggle));
}

// Linux 4.18
EBPF_INLINE u64 bpf_skb_cgroup_id(void *skb) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))79)(skb));
}
EBPF_NAMED("Helpers.skbCgroupId(_:)") u64 ebpf_helper_skb_cgroup_id(void *skb) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))79)(skb));
}

// Linux 4.18
EBPF_INLINE u64 bpf_get_current_cgroup_id(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))80)());
}
EBPF_NAMED("Helpers.getCurrentCgroupId()") u64 ebpf_helper_get_current_cgroup_id(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))80)());
}

// Linux 4.19
EBPF_INLINE void *bpf_get_local_storage(void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, u64))81)(map, flags));
}
EBPF_NAMED("Helpers.getLocalStorage(_:_:)") void *ebpf_helper_get_local_storage(void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, u64))81)(map, flags));
}

// Linux 4.19
EBPF_INLINE long bpf_sk_select_reuseport(void *reuse, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))82)(reuse, map, key, flags));
}
EBPF_NAMED("Helpers.skSelectReuseport(_:_:_:_:)") long ebpf_helper_sk_select_reuseport(void *reuse, void *map, void *key, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))82)(reuse, map, key, flags));
}

// Linux 4.19
EBPF_INLINE u64 bpf_skb_ancestor_cgroup_id(void *skb, int ancestor_level) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, int))83)(skb, ancestor_level));
}
EBPF_NAMED("Helpers.skbAncestorCgroupId(_:_:)") u64 ebpf_helper_skb_ancestor_cgroup_id(void *skb, int ancestor_level) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, int))83)(skb, ancestor_level));
}

// Linux 4.20
EBPF_INLINE void *bpf_sk_lookup_tcp(void *ctx, void *tuple, u32 tuple_size, u64 netns, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, u32, u64, u64))84)(ctx, tuple, tuple_size, netns, flags));
}
EBPF_NAMED("Helpers.skLookupTcp(_:_:_:_:_:)") void *ebpf_helper_sk_lookup_tcp(void *ctx, void *tuple, u32 tuple_size, u64 netns, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, u32, u64, u64))84)(ctx, tuple, tuple_size, netns, flags));
}

// Linux 4.20
EBPF_INLINE void *bpf_sk_lookup_udp(void *ctx, void *tuple, u32 tuple_size, u64 netns, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, u32, u64, u64))85)(ctx, tuple, tuple_size, netns, flags));
}
EBPF_NAMED("Helpers.skLookupUdp(_:_:_:_:_:)") void *ebpf_helper_sk_lookup_udp(void *ctx, void *tuple, u32 tuple_size, u64 netns, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, u32, u64, u64))85)(ctx, tuple, tuple_size, netns, flags));
}

// Linux 4.20
EBPF_INLINE long bpf_sk_release(void *sock) {
    EBPF_IN_KERNEL(return ((long (*)(void *))86)(sock));
}
EBPF_NAMED("Helpers.skRelease(_:)") long ebpf_helper_sk_release(void *sock) {
    EBPF_IN_KERNEL(return ((long (*)(void *))86)(sock));
}

// Linux 4.20
EBPF_INLINE long bpf_map_push_elem(void *map, const void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u64))87)(map, value, flags));
}
EBPF_NAMED("Helpers.mapPushElem(_:_:_:)") long ebpf_helper_map_push_elem(void *map, const void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u64))87)(map, value, flags));
}

// Linux 4.20
EBPF_INLINE long bpf_map_pop_elem(void *map, void *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))88)(map, value));
}
EBPF_NAMED("Helpers.mapPopElem(_:_:)") long ebpf_helper_map_pop_elem(void *map, void *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))88)(map, value));
}

// Linux 4.20
EBPF_INLINE long bpf_map_peek_elem(void *map, void *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))89)(map, value));
}
EBPF_NAMED("Helpers.mapPeekElem(_:_:)") long ebpf_helper_map_peek_elem(void *map, void *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))89)(map, value));
}

// Linux 4.20
EBPF_INLINE long bpf_msg_push_data(void *msg, u32 start, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32, u64))90)(msg, start, len, flags));
}
EBPF_NAMED("Helpers.msgPushData(_:_:_:_:)") long ebpf_helper_msg_push_data(void *msg, u32 start, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32, u64))90)(msg, start, len, flags));
}

// Linux 5.0
EBPF_INLINE long bpf_msg_pop_data(void *msg, u32 start, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32, u64))91)(msg, start, len, flags));
}
EBPF_NAMED("Helpers.msgPopData(_:_:_:_:)") long ebpf_helper_msg_pop_data(void *msg, u32 start, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32, u64))91)(msg, start, len, flags));
}

// Linux 5.0, GPL only
EBPF_INLINE long bpf_rc_pointer_rel(void *ctx, s32 rel_x, s32 rel_y) {
    EBPF_IN_KERNEL(return ((long (*)(void *, s32, s32))92)(ctx, rel_x, rel_y));
}
EBPF_NAMED("Helpers.rcPointerRel(_:_:_:)") long ebpf_helper_rc_pointer_rel(void *ctx, s32 rel_x, s32 rel_y) {
    EBPF_IN_KERNEL(return ((long (*)(void *, s32, s32))92)(ctx, rel_x, rel_y));
}

// Linux 5.1
EBPF_INLINE long bpf_spin_lock(void *lock) {
    EBPF_IN_KERNEL(return ((long (*)(void *))93)(lock));
}
EBPF_NAMED("Helpers.spinLock(_:)") long ebpf_helper_spin_lock(void *lock) {
    EBPF_IN_KERNEL(return ((long (*)(void *))93)(lock));
}

// Linux 5.1
EBPF_INLINE long bpf_spin_unlock(void *lock) {
    EBPF_IN_KERNEL(return ((long (*)(void *))94)(lock));
}
EBPF_NAMED("Helpers.spinUnlock(_:)") long ebpf_helper_spin_unlock(void *lock) {
    EBPF_IN_KERNEL(return ((long (*)(void *))94)(lock));
}

// Linux 5.1
EBPF_INLINE void *bpf_sk_fullsock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))95)(sk));
}
EBPF_NAMED("Helpers.skFullsock(_:)") void *ebpf_helper_sk_fullsock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))95)(sk));
}

// Linux 5.1
EBPF_INLINE void *bpf_tcp_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))96)(sk));
}
EBPF_NAMED("Helpers.tcpSock(_:)") void *ebpf_helper_tcp_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))96)(sk));
}

// Linux 5.1
EBPF_INLINE long bpf_skb_ecn_set_ce(void *skb) {
    EBPF_IN_KERNEL(return ((long (*)(void *))97)(skb));
}
EBPF_NAMED("Helpers.skbEcnSetCe(_:)") long ebpf_helper_skb_ecn_set_ce(void *skb) {
    EBPF_IN_KERNEL(return ((long (*)(void *))97)(skb));
}

// Linux 5.1
EBPF_INLINE void *bpf_get_listener_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))98)(sk));
}
EBPF_NAMED("Helpers.getListenerSock(_:)") void *ebpf_helper_get_listener_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))98)(sk));
}

// Linux 5.2
EBPF_INLINE void *bpf_skc_lookup_tcp(void *ctx, void *tuple, u32 tuple_size, u64 netns, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, u32, u64, u64))99)(ctx, tuple, tuple_size, netns, flags));
}
EBPF_NAMED("Helpers.skcLookupTcp(_:_:_:_:_:)") void *ebpf_helper_skc_lookup_tcp(void *ctx, void *tuple, u32 tuple_size, u64 netns, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, u32, u64, u64))99)(ctx, tuple, tuple_size, netns, flags));
}

// Linux 5.2, GPL only
EBPF_INLINE long bpf_tcp_check_syncookie(void *sk, void *iph, u32 iph_len, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, void *, u32))100)(sk, iph, iph_len, th, th_len));
}
EBPF_NAMED("Helpers.tcpCheckSyncookie(_:_:_:_:_:)") long ebpf_helper_tcp_check_syncookie(void *sk, void *iph, u32 iph_len, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, void *, u32))100)(sk, iph, iph_len, th, th_len));
}

// Linux 5.2
EBPF_INLINE long bpf_sysctl_get_name(void *ctx, char *buf, unsigned long buf_len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, char *, unsigned long, u64))101)(ctx, buf, buf_len, flags));
}
EBPF_NAMED("Helpers.sysctlGetName(_:_:_:_:)") long ebpf_helper_sysctl_get_name(void *ctx, char *buf, unsigned long buf_len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, char *, unsigned long, u64))101)(ctx, buf, buf_len, flags));
}

// Linux 5.2
EBPF_INLINE long bpf_sysctl_get_current_value(void *ctx, char *buf, unsigned long buf_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, char *, unsigned long))102)(ctx, buf, buf_len));
}
EBPF_NAMED("Helpers.sysctlGetCurrentValue(_:_:_:)") long ebpf_helper_sysctl_get_current_value(void *ctx, char *buf, unsigned long buf_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, char *, unsigned long))102)(ctx, buf, buf_len));
}

// Linux 5.2
EBPF_INLINE long bpf_sysctl_get_new_value(void *ctx, char *buf, unsigned long buf_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, char *, unsigned long))103)(ctx, buf, buf_len));
}
EBPF_NAMED("Helpers.sysctlGetNewValue(_:_:_:)") long ebpf_helper_sysctl_get_new_value(void *ctx, char *buf, unsigned long buf_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, char *, unsigned long))103)(ctx, buf, buf_len));
}

// Linux 5.2
EBPF_INLINE long bpf_sysctl_set_new_value(void *ctx, const char *buf, unsigned long buf_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const char *, unsigned long))104)(ctx, buf, buf_len));
}
EBPF_NAMED("Helpers.sysctlSetNewValue(_:_:_:)") long ebpf_helper_sysctl_set_new_value(void *ctx, const char *buf, unsigned long buf_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const char *, unsigned long))104)(ctx, buf, buf_len));
}

// Linux 5.2
EBPF_INLINE long bpf_strtol(const char *buf, unsigned long buf_len, u64 flags, long *res) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, unsigned long, u64, long *))105)(buf, buf_len, flags, res));
}
EBPF_NAMED("Helpers.strtol(_:_:_:_:)") long ebpf_helper_strtol(const char *buf, unsigned long buf_len, u64 flags, long *res) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, unsigned long, u64, long *))105)(buf, buf_len, flags, res));
}

// Linux 5.2
EBPF_INLINE long bpf_strtoul(const char *buf, unsigned long buf_len, u64 flags, unsigned long *res) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, unsigned long, u64, unsigned long *))106)(buf, buf_len, flags, res));
}
EBPF_NAMED("Helpers.strtoul(_:_:_:_:)") long ebpf_helper_strtoul(const char *buf, unsigned long buf_len, u64 flags, unsigned long *res) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, unsigned long, u64, unsigned long *))106)(buf, buf_len, flags, res));
}

// Linux 5.2
EBPF_INLINE void *bpf_sk_storage_get(void *map, void *sk, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))107)(map, sk, value, flags));
}
EBPF_NAMED("Helpers.skStorageGet(_:_:_:_:)") void *ebpf_helper_sk_storage_get(void *map, void *sk, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))107)(map, sk, value, flags));
}

// Linux 5.2
EBPF_INLINE long bpf_sk_storage_delete(void *map, void *sk) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))108)(map, sk));
}
EBPF_NAMED("Helpers.skStorageDelete(_:_:)") long ebpf_helper_sk_storage_delete(void *map, void *sk) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))108)(map, sk));
}

// Linux 5.3
EBPF_INLINE long bpf_send_signal(u32 sig) {
    EBPF_IN_KERNEL(return ((long (*)(u32))109)(sig));
}
EBPF_NAMED("Helpers.sendSignal(_:)") long ebpf_helper_send_signal(u32 sig) {
    EBPF_IN_KERNEL(return ((long (*)(u32))109)(sig));
}

// Linux 5.4, GPL only
EBPF_INLINE s64 bpf_tcp_gen_syncookie(void *sk, void *iph, u32 iph_len, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, void *, u32, void *, u32))110)(sk, iph, iph_len, th, th_len));
}
EBPF_NAMED("Helpers.tcpGenSyncookie(_:_:_:_:_:)") s64 ebpf_helper_tcp_gen_syncookie(void *sk, void *iph, u32 iph_len, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, void *, u32, void *, u32))110)(sk, iph, iph_len, th, th_len));
}

// Linux 5.5, GPL only
EBPF_INLINE long bpf_skb_output(void *ctx, void *map, u64 flags, void *data, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, void *, u64))111)(ctx, map, flags, data, size));
}
EBPF_NAMED("Helpers.skbOutput(_:_:_:_:_:)") long ebpf_helper_skb_output(void *ctx, void *map, u64 flags, void *data, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, void *, u64))111)(ctx, map, flags, data, size));
}

// Linux 5.5, GPL only
EBPF_INLINE long bpf_probe_read_user(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))112)(dst, size, unsafe_ptr));
}
EBPF_NAMED("Helpers.probeReadUser(_:_:_:)") long ebpf_helper_probe_read_user(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))112)(dst, size, unsafe_ptr));
}

// Linux 5.5, GPL only
EBPF_INLINE long bpf_probe_read_kernel(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))113)(dst, size, unsafe_ptr));
}
EBPF_NAMED("Helpers.probeReadKernel(_:_:_:)") long ebpf_helper_probe_read_kernel(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))113)(dst, size, unsafe_ptr));
}

// Linux 5.5, GPL only
EBPF_INLINE long bpf_probe_read_user_str(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))114)(dst, size, unsafe_ptr));
}
EBPF_NAMED("Helpers.probeReadUserStr(_:_:_:)") long ebpf_helper_probe_read_user_str(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))114)(dst, size, unsafe_ptr));
}

// Linux 5.5, GPL only
EBPF_INLINE long bpf_probe_read_kernel_str(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))115)(dst, size, unsafe_ptr));
}
EBPF_NAMED("Helpers.probeReadKernelStr(_:_:_:)") long ebpf_helper_probe_read_kernel_str(void *dst, u32 size, const void *unsafe_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))115)(dst, size, unsafe_ptr));
}

// Linux 5.6
EBPF_INLINE long bpf_tcp_send_ack(void *tp, u32 rcv_nxt) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))116)(tp, rcv_nxt));
}
EBPF_NAMED("Helpers.tcpSendAck(_:_:)") long ebpf_helper_tcp_send_ack(void *tp, u32 rcv_nxt) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32))116)(tp, rcv_nxt));
}

// Linux 5.6
EBPF_INLINE long bpf_send_signal_thread(u32 sig) {
    EBPF_IN_KERNEL(return ((long (*)(u32))117)(sig));
}
EBPF_NAMED("Helpers.sendSignalThread(_:)") long ebpf_helper_send_signal_thread(u32 sig) {
    EBPF_IN_KERNEL(return ((long (*)(u32))117)(sig));
}

// Linux 5.6
EBPF_INLINE u64 bpf_jiffies64(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))118)());
}
EBPF_NAMED("Helpers.jiffies64()") u64 ebpf_helper_jiffies64(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))118)());
}

// Linux 5.7, GPL only
EBPF_INLINE long bpf_read_branch_records(void *ctx, void *buf, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))119)(ctx, buf, size, flags));
}
EBPF_NAMED("Helpers.readBranchRecords(_:_:_:_:)") long ebpf_helper_read_branch_records(void *ctx, void *buf, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))119)(ctx, buf, size, flags));
}

// Linux 5.7
EBPF_INLINE long bpf_get_ns_current_pid_tgid(u64 dev, u64 ino, void *nsdata, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(u64, u64, void *, u32))120)(dev, ino, nsdata, size));
}
EBPF_NAMED("Helpers.getNsCurrentPidTgid(_:_:_:_:)") long ebpf_helper_get_ns_current_pid_tgid(u64 dev, u64 ino, void *nsdata, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(u64, u64, void *, u32))120)(dev, ino, nsdata, size));
}

// Linux 5.7, GPL only
EBPF_INLINE long bpf_xdp_output(void *ctx, void *map, u64 flags, void *data, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, void *, u64))121)(ctx, map, flags, data, size));
}
EBPF_NAMED("Helpers.xdpOutput(_:_:_:_:_:)") long ebpf_helper_xdp_output(void *ctx, void *map, u64 flags, void *data, u64 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, void *, u64))121)(ctx, map, flags, data, size));
}

// Linux 5.7
EBPF_INLINE u64 bpf_get_netns_cookie(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))122)(ctx));
}
EBPF_NAMED("Helpers.getNetnsCookie(_:)") u64 ebpf_helper_get_netns_cookie(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))122)(ctx));
}

// Linux 5.7
EBPF_INLINE u64 bpf_get_current_ancestor_cgroup_id(int ancestor_level) {
    EBPF_IN_KERNEL(return ((u64 (*)(int))123)(ancestor_level));
}
EBPF_NAMED("Helpers.getCurrentAncestorCgroupId(_:)") u64 ebpf_helper_get_current_ancestor_cgroup_id(int ancestor_level) {
    EBPF_IN_KERNEL(return ((u64 (*)(int))123)(ancestor_level));
}

// Linux 5.7
EBPF_INLINE long bpf_sk_assign(void *ctx, void *sk, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64))124)(ctx, sk, flags));
}
EBPF_NAMED("Helpers.skAssign(_:_:_:)") long ebpf_helper_sk_assign(void *ctx, void *sk, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64))124)(ctx, sk, flags));
}

// Linux 5.8
EBPF_INLINE u64 bpf_ktime_get_boot_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))125)());
}
EBPF_NAMED("Helpers.ktimeGetBootNs()") u64 ebpf_helper_ktime_get_boot_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))125)());
}

// Linux 5.8, GPL only
EBPF_INLINE long bpf_seq_printf(void *m, const char *fmt, u32 fmt_size, const void *data, u32 data_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const char *, u32, const void *, u32))126)(m, fmt, fmt_size, data, data_len));
}
EBPF_NAMED("Helpers.seqPrintf(_:_:_:_:_:)") long ebpf_helper_seq_printf(void *m, const char *fmt, u32 fmt_size, const void *data, u32 data_len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const char *, u32, const void *, u32))126)(m, fmt, fmt_size, data, data_len));
}

// Linux 5.8, GPL only
EBPF_INLINE long bpf_seq_write(void *m, const void *data, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u32))127)(m, data, len));
}
EBPF_NAMED("Helpers.seqWrite(_:_:_:)") long ebpf_helper_seq_write(void *m, const void *data, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u32))127)(m, data, len));
}

// Linux 5.8
EBPF_INLINE u64 bpf_sk_cgroup_id(void *sk) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))128)(sk));
}
EBPF_NAMED("Helpers.skCgroupId(_:)") u64 ebpf_helper_sk_cgroup_id(void *sk) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))128)(sk));
}

// Linux 5.8
EBPF_INLINE u64 bpf_sk_ancestor_cgroup_id(void *sk, int ancestor_level) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, int))129)(sk, ancestor_level));
}
EBPF_NAMED("Helpers.skAncestorCgroupId(_:_:)") u64 ebpf_helper_sk_ancestor_cgroup_id(void *sk, int ancestor_level) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, int))129)(sk, ancestor_level));
}

// Linux 5.8
EBPF_INLINE long bpf_ringbuf_output(void *ringbuf, void *data, u64 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, u64))130)(ringbuf, data, size, flags));
}
EBPF_NAMED("Helpers.ringbufOutput(_:_:_:_:)") long ebpf_helper_ringbuf_output(void *ringbuf, void *data, u64 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64, u64))130)(ringbuf, data, size, flags));
}

// Linux 5.8
EBPF_INLINE void *bpf_ringbuf_reserve(void *ringbuf, u64 size, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, u64, u64))131)(ringbuf, size, flags));
}
EBPF_NAMED("Helpers.ringbufReserve(_:_:_:)") void *ebpf_helper_ringbuf_reserve(void *ringbuf, u64 size, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, u64, u64))131)(ringbuf, size, flags));
}

// Linux 5.8
EBPF_INLINE void bpf_ringbuf_submit(void *data, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))132)(data, flags));
}
EBPF_NAMED("Helpers.ringbufSubmit(_:_:)") void ebpf_helper_ringbuf_submit(void *data, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))132)(data, flags));
}

// Linux 5.8
EBPF_INLINE void bpf_ringbuf_discard(void *data, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))133)(data, flags));
}
EBPF_NAMED("Helpers.ringbufDiscard(_:_:)") void ebpf_helper_ringbuf_discard(void *data, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))133)(data, flags));
}

// Linux 5.8
EBPF_INLINE u64 bpf_ringbuf_query(void *ringbuf, u64 flags) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, u64))134)(ringbuf, flags));
}
EBPF_NAMED("Helpers.ringbufQuery(_:_:)") u64 ebpf_helper_ringbuf_query(void *ringbuf, u64 flags) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *, u64))134)(ringbuf, flags));
}

// Linux 5.8
EBPF_INLINE long bpf_csum_level(void *skb, u64 level) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64))135)(skb, level));
}
EBPF_NAMED("Helpers.csumLevel(_:_:)") long ebpf_helper_csum_level(void *skb, u64 level) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64))135)(skb, level));
}

// Linux 5.9
EBPF_INLINE void *bpf_skc_to_tcp6_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))136)(sk));
}
EBPF_NAMED("Helpers.skcToTcp6Sock(_:)") void *ebpf_helper_skc_to_tcp6_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))136)(sk));
}

// Linux 5.9
EBPF_INLINE void *bpf_skc_to_tcp_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))137)(sk));
}
EBPF_NAMED("Helpers.skcToTcpSock(_:)") void *ebpf_helper_skc_to_tcp_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))137)(sk));
}

// Linux 5.9
EBPF_INLINE void *bpf_skc_to_tcp_timewait_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))138)(sk));
}
EBPF_NAMED("Helpers.skcToTcpTimewaitSock(_:)") void *ebpf_helper_skc_to_tcp_timewait_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))138)(sk));
}

// Linux 5.9
EBPF_INLINE void *bpf_skc_to_tcp_request_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))139)(sk));
}
EBPF_NAMED("Helpers.skcToTcpRequestSock(_:)") void *ebpf_helper_skc_to_tcp_request_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))139)(sk));
}

// Linux 5.9
EBPF_INLINE void *bpf_skc_to_udp6_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))140)(sk));
}
EBPF_NAMED("Helpers.skcToUdp6Sock(_:)") void *ebpf_helper_skc_to_udp6_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))140)(sk));
}

// Linux 5.9
EBPF_INLINE long bpf_get_task_stack(void *task, void *buf, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))141)(task, buf, size, flags));
}
EBPF_NAMED("Helpers.getTaskStack(_:_:_:_:)") long ebpf_helper_get_task_stack(void *task, void *buf, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))141)(task, buf, size, flags));
}

// Linux 5.10
EBPF_INLINE long bpf_load_hdr_opt(void *skops, void *searchby_res, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))142)(skops, searchby_res, len, flags));
}
EBPF_NAMED("Helpers.loadHdrOpt(_:_:_:_:)") long ebpf_helper_load_hdr_opt(void *skops, void *searchby_res, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))142)(skops, searchby_res, len, flags));
}

// Linux 5.10
EBPF_INLINE long bpf_store_hdr_opt(void *skops, const void *from, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u32, u64))143)(skops, from, len, flags));
}
EBPF_NAMED("Helpers.storeHdrOpt(_:_:_:_:)") long ebpf_helper_store_hdr_opt(void *skops, const void *from, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, const void *, u32, u64))143)(skops, from, len, flags));
}

// Linux 5.10
EBPF_INLINE long bpf_reserve_hdr_opt(void *skops, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))144)(skops, len, flags));
}
EBPF_NAMED("Helpers.reserveHdrOpt(_:_:_:)") long ebpf_helper_reserve_hdr_opt(void *skops, u32 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))144)(skops, len, flags));
}

// Linux 5.10
EBPF_INLINE void *bpf_inode_storage_get(void *map, void *inode, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))145)(map, inode, value, flags));
}
EBPF_NAMED("Helpers.inodeStorageGet(_:_:_:_:)") void *ebpf_helper_inode_storage_get(void *map, void *inode, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))145)(map, inode, value, flags));
}

// Linux 5.10
EBPF_INLINE int bpf_inode_storage_delete(void *map, void *inode) {
    EBPF_IN_KERNEL(return ((int (*)(void *, void *))146)(map, inode));
}
EBPF_NAMED("Helpers.inodeStorageDelete(_:_:)") int ebpf_helper_inode_storage_delete(void *map, void *inode) {
    EBPF_IN_KERNEL(return ((int (*)(void *, void *))146)(map, inode));
}

// Linux 5.10
EBPF_INLINE long bpf_d_path(const void *path, char *buf, u32 sz) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, char *, u32))147)(path, buf, sz));
}
EBPF_NAMED("Helpers.dPath(_:_:_:)") long ebpf_helper_d_path(const void *path, char *buf, u32 sz) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, char *, u32))147)(path, buf, sz));
}

// Linux 5.10
EBPF_INLINE long bpf_copy_from_user(void *dst, u32 size, const void *user_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))148)(dst, size, user_ptr));
}
EBPF_NAMED("Helpers.copyFromUser(_:_:_:)") long ebpf_helper_copy_from_user(void *dst, u32 size, const void *user_ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *))148)(dst, size, user_ptr));
}

// Linux 5.10
EBPF_INLINE long bpf_snprintf_btf(char *str, u32 str_size, void *ptr, u32 btf_ptr_size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(char *, u32, void *, u32, u64))149)(str, str_size, ptr, btf_ptr_size, flags));
}
EBPF_NAMED("Helpers.snprintfBtf(_:_:_:_:_:)") long ebpf_helper_snprintf_btf(char *str, u32 str_size, void *ptr, u32 btf_ptr_size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(char *, u32, void *, u32, u64))149)(str, str_size, ptr, btf_ptr_size, flags));
}

// Linux 5.10, GPL only
EBPF_INLINE long bpf_seq_printf_btf(void *m, void *ptr, u32 ptr_size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))150)(m, ptr, ptr_size, flags));
}
EBPF_NAMED("Helpers.seqPrintfBtf(_:_:_:_:)") long ebpf_helper_seq_printf_btf(void *m, void *ptr, u32 ptr_size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32, u64))150)(m, ptr, ptr_size, flags));
}

// Linux 5.10
EBPF_INLINE u64 bpf_skb_cgroup_classid(void *skb) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))151)(skb));
}
EBPF_NAMED("Helpers.skbCgroupClassid(_:)") u64 ebpf_helper_skb_cgroup_classid(void *skb) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))151)(skb));
}

// Linux 5.10
EBPF_INLINE long bpf_redirect_neigh(u32 ifindex, void *params, int plen, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, void *, int, u64))152)(ifindex, params, plen, flags));
}
EBPF_NAMED("Helpers.redirectNeigh(_:_:_:_:)") long ebpf_helper_redirect_neigh(u32 ifindex, void *params, int plen, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, void *, int, u64))152)(ifindex, params, plen, flags));
}

// Linux 5.10
EBPF_INLINE void *bpf_per_cpu_ptr(const void *percpu_ptr, u32 cpu) {
    EBPF_IN_KERNEL(return ((void * (*)(const void *, u32))153)(percpu_ptr, cpu));
}
EBPF_NAMED("Helpers.perCpuPtr(_:_:)") void *ebpf_helper_per_cpu_ptr(const void *percpu_ptr, u32 cpu) {
    EBPF_IN_KERNEL(return ((void * (*)(const void *, u32))153)(percpu_ptr, cpu));
}

// Linux 5.10
EBPF_INLINE void *bpf_this_cpu_ptr(const void *percpu_ptr) {
    EBPF_IN_KERNEL(return ((void * (*)(const void *))154)(percpu_ptr));
}
EBPF_NAMED("Helpers.thisCpuPtr(_:)") void *ebpf_helper_this_cpu_ptr(const void *percpu_ptr) {
    EBPF_IN_KERNEL(return ((void * (*)(const void *))154)(percpu_ptr));
}

// Linux 5.10
EBPF_INLINE long bpf_redirect_peer(u32 ifindex, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, u64))155)(ifindex, flags));
}
EBPF_NAMED("Helpers.redirectPeer(_:_:)") long ebpf_helper_redirect_peer(u32 ifindex, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, u64))155)(ifindex, flags));
}

// Linux 5.11
EBPF_INLINE void *bpf_task_storage_get(void *map, void *task, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))156)(map, task, value, flags));
}
EBPF_NAMED("Helpers.taskStorageGet(_:_:_:_:)") void *ebpf_helper_task_storage_get(void *map, void *task, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))156)(map, task, value, flags));
}

// Linux 5.11
EBPF_INLINE long bpf_task_storage_delete(void *map, void *task) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))157)(map, task));
}
EBPF_NAMED("Helpers.taskStorageDelete(_:_:)") long ebpf_helper_task_storage_delete(void *map, void *task) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))157)(map, task));
}

// Linux 5.11, GPL only
EBPF_INLINE void *bpf_get_current_task_btf(void) {
    EBPF_IN_KERNEL(return ((void * (*)(void))158)());
}
EBPF_NAMED("Helpers.getCurrentTaskBtf()") void *ebpf_helper_get_current_task_btf(void) {
    EBPF_IN_KERNEL(return ((void * (*)(void))158)());
}

// Linux 5.11
EBPF_INLINE long bpf_bprm_opts_set(void *bprm, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64))159)(bprm, flags));
}
EBPF_NAMED("Helpers.bprmOptsSet(_:_:)") long ebpf_helper_bprm_opts_set(void *bprm, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64))159)(bprm, flags));
}

// Linux 5.11
EBPF_INLINE u64 bpf_ktime_get_coarse_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))160)());
}
EBPF_NAMED("Helpers.ktimeGetCoarseNs()") u64 ebpf_helper_ktime_get_coarse_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))160)());
}

// Linux 5.11
EBPF_INLINE long bpf_ima_inode_hash(void *inode, void *dst, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))161)(inode, dst, size));
}
EBPF_NAMED("Helpers.imaInodeHash(_:_:_:)") long ebpf_helper_ima_inode_hash(void *inode, void *dst, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))161)(inode, dst, size));
}

// Linux 5.11
EBPF_INLINE void *bpf_sock_from_file(void *file) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))162)(file));
}
EBPF_NAMED("Helpers.sockFromFile(_:)") void *ebpf_helper_sock_from_file(void *file) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))162)(file));
}

// Linux 5.12, GPL only
EBPF_INLINE long bpf_check_mtu(void *ctx, u32 ifindex, u32 *mtu_len, s32 len_diff, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32 *, s32, u64))163)(ctx, ifindex, mtu_len, len_diff, flags));
}
EBPF_NAMED("Helpers.checkMtu(_:_:_:_:_:)") long ebpf_helper_check_mtu(void *ctx, u32 ifindex, u32 *mtu_len, s32 len_diff, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u32 *, s32, u64))163)(ctx, ifindex, mtu_len, len_diff, flags));
}

// Linux 5.13
EBPF_INLINE long bpf_for_each_map_elem(void *map, void *callback_fn, void *callback_ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))164)(map, callback_fn, callback_ctx, flags));
}
EBPF_NAMED("Helpers.forEachMapElem(_:_:_:_:)") long ebpf_helper_for_each_map_elem(void *map, void *callback_fn, void *callback_ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))164)(map, callback_fn, callback_ctx, flags));
}

// Linux 5.13, GPL only
EBPF_INLINE long bpf_snprintf(char *str, u32 str_size, const char *fmt, u64 *data, u32 data_len) {
    EBPF_IN_KERNEL(return ((long (*)(char *, u32, const char *, u64 *, u32))165)(str, str_size, fmt, data, data_len));
}
EBPF_NAMED("Helpers.snprintf(_:_:_:_:_:)") long ebpf_helper_snprintf(char *str, u32 str_size, const char *fmt, u64 *data, u32 data_len) {
    EBPF_IN_KERNEL(return ((long (*)(char *, u32, const char *, u64 *, u32))165)(str, str_size, fmt, data, data_len));
}

// Linux 5.14
EBPF_INLINE long bpf_sys_bpf(u32 cmd, void *attr, u32 attr_size) {
    EBPF_IN_KERNEL(return ((long (*)(u32, void *, u32))166)(cmd, attr, attr_size));
}
EBPF_NAMED("Helpers.sysBpf(_:_:_:)") long ebpf_helper_sys_bpf(u32 cmd, void *attr, u32 attr_size) {
    EBPF_IN_KERNEL(return ((long (*)(u32, void *, u32))166)(cmd, attr, attr_size));
}

// Linux 5.14
EBPF_INLINE long bpf_btf_find_by_name_kind(char *name, int name_sz, u32 kind, int flags) {
    EBPF_IN_KERNEL(return ((long (*)(char *, int, u32, int))167)(name, name_sz, kind, flags));
}
EBPF_NAMED("Helpers.btfFindByNameKind(_:_:_:_:)") long ebpf_helper_btf_find_by_name_kind(char *name, int name_sz, u32 kind, int flags) {
    EBPF_IN_KERNEL(return ((long (*)(char *, int, u32, int))167)(name, name_sz, kind, flags));
}

// Linux 5.14
EBPF_INLINE long bpf_sys_close(u32 fd) {
    EBPF_IN_KERNEL(return ((long (*)(u32))168)(fd));
}
EBPF_NAMED("Helpers.sysClose(_:)") long ebpf_helper_sys_close(u32 fd) {
    EBPF_IN_KERNEL(return ((long (*)(u32))168)(fd));
}

// Linux 5.15, GPL only
EBPF_INLINE long bpf_timer_init(void *timer, void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64))169)(timer, map, flags));
}
EBPF_NAMED("Helpers.timerInit(_:_:_:)") long ebpf_helper_timer_init(void *timer, void *map, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u64))169)(timer, map, flags));
}

// Linux 5.15, GPL only
EBPF_INLINE long bpf_timer_set_callback(void *timer, void *callback_fn) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))170)(timer, callback_fn));
}
EBPF_NAMED("Helpers.timerSetCallback(_:_:)") long ebpf_helper_timer_set_callback(void *timer, void *callback_fn) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))170)(timer, callback_fn));
}

// Linux 5.15, GPL only
EBPF_INLINE long bpf_timer_start(void *timer, u64 nsecs, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u64))171)(timer, nsecs, flags));
}
EBPF_NAMED("Helpers.timerStart(_:_:_:)") long ebpf_helper_timer_start(void *timer, u64 nsecs, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u64))171)(timer, nsecs, flags));
}

// Linux 5.15, GPL only
EBPF_INLINE long bpf_timer_cancel(void *timer) {
    EBPF_IN_KERNEL(return ((long (*)(void *))172)(timer));
}
EBPF_NAMED("Helpers.timerCancel(_:)") long ebpf_helper_timer_cancel(void *timer) {
    EBPF_IN_KERNEL(return ((long (*)(void *))172)(timer));
}

// Linux 5.15, GPL only
EBPF_INLINE u64 bpf_get_func_ip(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))173)(ctx));
}
EBPF_NAMED("Helpers.getFuncIp(_:)") u64 ebpf_helper_get_func_ip(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))173)(ctx));
}

// Linux 5.15
EBPF_INLINE u64 bpf_get_attach_cookie(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))174)(ctx));
}
EBPF_NAMED("Helpers.getAttachCookie(_:)") u64 ebpf_helper_get_attach_cookie(void *ctx) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))174)(ctx));
}

// Linux 5.15, GPL only
EBPF_INLINE long bpf_task_pt_regs(void *task) {
    EBPF_IN_KERNEL(return ((long (*)(void *))175)(task));
}
EBPF_NAMED("Helpers.taskPtRegs(_:)") long ebpf_helper_task_pt_regs(void *task) {
    EBPF_IN_KERNEL(return ((long (*)(void *))175)(task));
}

// Linux 5.16, GPL only
EBPF_INLINE long bpf_get_branch_snapshot(void *entries, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))176)(entries, size, flags));
}
EBPF_NAMED("Helpers.getBranchSnapshot(_:_:_:)") long ebpf_helper_get_branch_snapshot(void *entries, u32 size, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64))176)(entries, size, flags));
}

// Linux 5.16, GPL only
EBPF_INLINE long bpf_trace_vprintk(const char *fmt, u32 fmt_size, const void *data, u32 data_len) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, u32, const void *, u32))177)(fmt, fmt_size, data, data_len));
}
EBPF_NAMED("Helpers.traceVprintk(_:_:_:_:)") long ebpf_helper_trace_vprintk(const char *fmt, u32 fmt_size, const void *data, u32 data_len) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, u32, const void *, u32))177)(fmt, fmt_size, data, data_len));
}

// Linux 5.16
EBPF_INLINE void *bpf_skc_to_unix_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))178)(sk));
}
EBPF_NAMED("Helpers.skcToUnixSock(_:)") void *ebpf_helper_skc_to_unix_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))178)(sk));
}

// Linux 5.16
EBPF_INLINE long bpf_kallsyms_lookup_name(const char *name, int name_sz, int flags, u64 *res) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, int, int, u64 *))179)(name, name_sz, flags, res));
}
EBPF_NAMED("Helpers.kallsymsLookupName(_:_:_:_:)") long ebpf_helper_kallsyms_lookup_name(const char *name, int name_sz, int flags, u64 *res) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, int, int, u64 *))179)(name, name_sz, flags, res));
}

// Linux 5.17
EBPF_INLINE long bpf_find_vma(void *task, u64 addr, void *callback_fn, void *callback_ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, void *, void *, u64))180)(task, addr, callback_fn, callback_ctx, flags));
}
EBPF_NAMED("Helpers.findVma(_:_:_:_:_:)") long ebpf_helper_find_vma(void *task, u64 addr, void *callback_fn, void *callback_ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, void *, void *, u64))180)(task, addr, callback_fn, callback_ctx, flags));
}

// Linux 5.17
EBPF_INLINE long bpf_loop(u32 nr_loops, void *callback_fn, void *callback_ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, void *, void *, u64))181)(nr_loops, callback_fn, callback_ctx, flags));
}
EBPF_NAMED("Helpers.loop(_:_:_:_:)") long ebpf_helper_loop(u32 nr_loops, void *callback_fn, void *callback_ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(u32, void *, void *, u64))181)(nr_loops, callback_fn, callback_ctx, flags));
}

// Linux 5.17
EBPF_INLINE long bpf_strncmp(const char *s1, u32 s1_sz, const char *s2) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, u32, const char *))182)(s1, s1_sz, s2));
}
EBPF_NAMED("Helpers.strncmp(_:_:_:)") long ebpf_helper_strncmp(const char *s1, u32 s1_sz, const char *s2) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, u32, const char *))182)(s1, s1_sz, s2));
}

// Linux 5.17
EBPF_INLINE long bpf_get_func_arg(void *ctx, u32 n, u64 *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64 *))183)(ctx, n, value));
}
EBPF_NAMED("Helpers.getFuncArg(_:_:_:)") long ebpf_helper_get_func_arg(void *ctx, u32 n, u64 *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64 *))183)(ctx, n, value));
}

// Linux 5.17
EBPF_INLINE long bpf_get_func_ret(void *ctx, u64 *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64 *))184)(ctx, value));
}
EBPF_NAMED("Helpers.getFuncRet(_:_:)") long ebpf_helper_get_func_ret(void *ctx, u64 *value) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64 *))184)(ctx, value));
}

// Linux 5.17
EBPF_INLINE long bpf_get_func_arg_cnt(void *ctx) {
    EBPF_IN_KERNEL(return ((long (*)(void *))185)(ctx));
}
EBPF_NAMED("Helpers.getFuncArgCnt(_:)") long ebpf_helper_get_func_arg_cnt(void *ctx) {
    EBPF_IN_KERNEL(return ((long (*)(void *))185)(ctx));
}

// Linux 5.18
EBPF_INLINE int bpf_get_retval(void) {
    EBPF_IN_KERNEL(return ((int (*)(void))186)());
}
EBPF_NAMED("Helpers.getRetval()") int ebpf_helper_get_retval(void) {
    EBPF_IN_KERNEL(return ((int (*)(void))186)());
}

// Linux 5.18
EBPF_INLINE int bpf_set_retval(int retval) {
    EBPF_IN_KERNEL(return ((int (*)(int))187)(retval));
}
EBPF_NAMED("Helpers.setRetval(_:)") int ebpf_helper_set_retval(int retval) {
    EBPF_IN_KERNEL(return ((int (*)(int))187)(retval));
}

// Linux 5.18
EBPF_INLINE u64 bpf_xdp_get_buff_len(void *xdp_md) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))188)(xdp_md));
}
EBPF_NAMED("Helpers.xdpGetBuffLen(_:)") u64 ebpf_helper_xdp_get_buff_len(void *xdp_md) {
    EBPF_IN_KERNEL(return ((u64 (*)(void *))188)(xdp_md));
}

// Linux 5.18
EBPF_INLINE long bpf_xdp_load_bytes(void *xdp_md, u32 offset, void *buf, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))189)(xdp_md, offset, buf, len));
}
EBPF_NAMED("Helpers.xdpLoadBytes(_:_:_:_:)") long ebpf_helper_xdp_load_bytes(void *xdp_md, u32 offset, void *buf, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))189)(xdp_md, offset, buf, len));
}

// Linux 5.18
EBPF_INLINE long bpf_xdp_store_bytes(void *xdp_md, u32 offset, void *buf, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))190)(xdp_md, offset, buf, len));
}
EBPF_NAMED("Helpers.xdpStoreBytes(_:_:_:_:)") long ebpf_helper_xdp_store_bytes(void *xdp_md, u32 offset, void *buf, u32 len) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, void *, u32))190)(xdp_md, offset, buf, len));
}

// Linux 5.18, GPL only
EBPF_INLINE long bpf_copy_from_user_task(void *dst, u32 size, const void *user_ptr, void *tsk, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *, void *, u64))191)(dst, size, user_ptr, tsk, flags));
}
EBPF_NAMED("Helpers.copyFromUserTask(_:_:_:_:_:)") long ebpf_helper_copy_from_user_task(void *dst, u32 size, const void *user_ptr, void *tsk, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, const void *, void *, u64))191)(dst, size, user_ptr, tsk, flags));
}

// Linux 5.18
EBPF_INLINE long bpf_skb_set_tstamp(void *skb, u64 tstamp, u32 tstamp_type) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u32))192)(skb, tstamp, tstamp_type));
}
EBPF_NAMED("Helpers.skbSetTstamp(_:_:_:)") long ebpf_helper_skb_set_tstamp(void *skb, u64 tstamp, u32 tstamp_type) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u32))192)(skb, tstamp, tstamp_type));
}

// Linux 5.18
EBPF_INLINE long bpf_ima_file_hash(void *file, void *dst, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))193)(file, dst, size));
}
EBPF_NAMED("Helpers.imaFileHash(_:_:_:)") long ebpf_helper_ima_file_hash(void *file, void *dst, u32 size) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, u32))193)(file, dst, size));
}

// Linux 5.19
EBPF_INLINE void *bpf_kptr_xchg(void *dst, void *ptr) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *))194)(dst, ptr));
}
EBPF_NAMED("Helpers.kptrXchg(_:_:)") void *ebpf_helper_kptr_xchg(void *dst, void *ptr) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *))194)(dst, ptr));
}

// Linux 5.19
EBPF_INLINE void *bpf_map_lookup_percpu_elem(void *map, const void *key, u32 cpu) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, const void *, u32))195)(map, key, cpu));
}
EBPF_NAMED("Helpers.mapLookupPercpuElem(_:_:_:)") void *ebpf_helper_map_lookup_percpu_elem(void *map, const void *key, u32 cpu) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, const void *, u32))195)(map, key, cpu));
}

// Linux 5.19
EBPF_INLINE void *bpf_skc_to_mptcp_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))196)(sk));
}
EBPF_NAMED("Helpers.skcToMptcpSock(_:)") void *ebpf_helper_skc_to_mptcp_sock(void *sk) {
    EBPF_IN_KERNEL(return ((void * (*)(void *))196)(sk));
}

// Linux 5.19
EBPF_INLINE long bpf_dynptr_from_mem(void *data, u64 size, u64 flags, void *ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u64, void *))197)(data, size, flags, ptr));
}
EBPF_NAMED("Helpers.dynptrFromMem(_:_:_:_:)") long ebpf_helper_dynptr_from_mem(void *data, u64 size, u64 flags, void *ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, u64, void *))197)(data, size, flags, ptr));
}

// Linux 5.19
EBPF_INLINE long bpf_ringbuf_reserve_dynptr(void *ringbuf, u32 size, u64 flags, void *ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, void *))198)(ringbuf, size, flags, ptr));
}
EBPF_NAMED("Helpers.ringbufReserveDynptr(_:_:_:_:)") long ebpf_helper_ringbuf_reserve_dynptr(void *ringbuf, u32 size, u64 flags, void *ptr) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u32, u64, void *))198)(ringbuf, size, flags, ptr));
}

// Linux 5.19
EBPF_INLINE void bpf_ringbuf_submit_dynptr(void *ptr, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))199)(ptr, flags));
}
EBPF_NAMED("Helpers.ringbufSubmitDynptr(_:_:)") void ebpf_helper_ringbuf_submit_dynptr(void *ptr, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))199)(ptr, flags));
}

// Linux 5.19
EBPF_INLINE void bpf_ringbuf_discard_dynptr(void *ptr, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))200)(ptr, flags));
}
EBPF_NAMED("Helpers.ringbufDiscardDynptr(_:_:)") void ebpf_helper_ringbuf_discard_dynptr(void *ptr, u64 flags) {
    EBPF_IN_KERNEL(return ((void (*)(void *, u64))200)(ptr, flags));
}

// Linux 5.19
EBPF_INLINE long bpf_dynptr_read(void *dst, u64 len, const void *src, u64 offset, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, const void *, u64, u64))201)(dst, len, src, offset, flags));
}
EBPF_NAMED("Helpers.dynptrRead(_:_:_:_:_:)") long ebpf_helper_dynptr_read(void *dst, u64 len, const void *src, u64 offset, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, u64, const void *, u64, u64))201)(dst, len, src, offset, flags));
}

// Linux 5.19
EBPF_INLINE long bpf_dynptr_write(const void *dst, u64 offset, void *src, u64 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, u64, void *, u64, u64))202)(dst, offset, src, len, flags));
}
EBPF_NAMED("Helpers.dynptrWrite(_:_:_:_:_:)") long ebpf_helper_dynptr_write(const void *dst, u64 offset, void *src, u64 len, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(const void *, u64, void *, u64, u64))202)(dst, offset, src, len, flags));
}

// Linux 5.19
EBPF_INLINE void *bpf_dynptr_data(const void *ptr, u64 offset, u64 len) {
    EBPF_IN_KERNEL(return ((void * (*)(const void *, u64, u64))203)(ptr, offset, len));
}
EBPF_NAMED("Helpers.dynptrData(_:_:_:)") void *ebpf_helper_dynptr_data(const void *ptr, u64 offset, u64 len) {
    EBPF_IN_KERNEL(return ((void * (*)(const void *, u64, u64))203)(ptr, offset, len));
}

// Linux 6.0, GPL only
EBPF_INLINE s64 bpf_tcp_raw_gen_syncookie_ipv4(void *iph, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, void *, u32))204)(iph, th, th_len));
}
EBPF_NAMED("Helpers.tcpRawGenSyncookieIpv4(_:_:_:)") s64 ebpf_helper_tcp_raw_gen_syncookie_ipv4(void *iph, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, void *, u32))204)(iph, th, th_len));
}

// Linux 6.0, GPL only
EBPF_INLINE s64 bpf_tcp_raw_gen_syncookie_ipv6(void *iph, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, void *, u32))205)(iph, th, th_len));
}
EBPF_NAMED("Helpers.tcpRawGenSyncookieIpv6(_:_:_:)") s64 ebpf_helper_tcp_raw_gen_syncookie_ipv6(void *iph, void *th, u32 th_len) {
    EBPF_IN_KERNEL(return ((s64 (*)(void *, void *, u32))205)(iph, th, th_len));
}

// Linux 6.0, GPL only
EBPF_INLINE long bpf_tcp_raw_check_syncookie_ipv4(void *iph, void *th) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))206)(iph, th));
}
EBPF_NAMED("Helpers.tcpRawCheckSyncookieIpv4(_:_:)") long ebpf_helper_tcp_raw_check_syncookie_ipv4(void *iph, void *th) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))206)(iph, th));
}

// Linux 6.0, GPL only
EBPF_INLINE long bpf_tcp_raw_check_syncookie_ipv6(void *iph, void *th) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))207)(iph, th));
}
EBPF_NAMED("Helpers.tcpRawCheckSyncookieIpv6(_:_:)") long ebpf_helper_tcp_raw_check_syncookie_ipv6(void *iph, void *th) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))207)(iph, th));
}

// Linux 6.1
EBPF_INLINE u64 bpf_ktime_get_tai_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))208)());
}
EBPF_NAMED("Helpers.ktimeGetTaiNs()") u64 ebpf_helper_ktime_get_tai_ns(void) {
    EBPF_IN_KERNEL(return ((u64 (*)(void))208)());
}

// Linux 6.1
EBPF_INLINE long bpf_user_ringbuf_drain(void *map, void *callback_fn, void *ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))209)(map, callback_fn, ctx, flags));
}
EBPF_NAMED("Helpers.userRingbufDrain(_:_:_:_:)") long ebpf_helper_user_ringbuf_drain(void *map, void *callback_fn, void *ctx, u64 flags) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *, void *, u64))209)(map, callback_fn, ctx, flags));
}

// Linux 6.2
EBPF_INLINE void *bpf_cgrp_storage_get(void *map, void *cgroup, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))210)(map, cgroup, value, flags));
}
EBPF_NAMED("Helpers.cgrpStorageGet(_:_:_:_:)") void *ebpf_helper_cgrp_storage_get(void *map, void *cgroup, void *value, u64 flags) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *, void *, u64))210)(map, cgroup, value, flags));
}

// Linux 6.2
EBPF_INLINE long bpf_cgrp_storage_delete(void *map, void *cgroup) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))211)(map, cgroup));
}
EBPF_NAMED("Helpers.cgrpStorageDelete(_:_:)") long ebpf_helper_cgrp_storage_delete(void *map, void *cgroup) {
    EBPF_IN_KERNEL(return ((long (*)(void *, void *))211)(map, cgroup));
}
