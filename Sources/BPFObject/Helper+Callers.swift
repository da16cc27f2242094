// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

extension Helper {
    /// The types of programs of which some may call it on some kernel up to Linux 7.2; `nil` where all may, or where it is not known.
    ///
    /// Sets of functions (`struct_ops`) and replacements (`freplace`) stand in no answer: what they may call is decided by what they belong to.
    public var callers: [ProgramType]? { Self.rows[name]?.types }

    /// Whether only programs that may wait may call it (`might_sleep` in its `bpf_func_proto`): those of sections with `.s`, and `syscall`.
    public var sleeps: Bool { ["copy_from_user", "copy_from_user_task", "ima_inode_hash", "ima_file_hash"].contains(name) }

    /// Whether some kernel lets programs of this kind call it.
    ///
    /// - Parameters:
    ///   - type: the programs' type.
    ///   - attachType: what they attach to, where the type leaves a choice; `nil` for any.
    public func isCallable(by type: ProgramType, _ attachType: AttachType? = nil) -> Bool {
        guard let row = Self.rows[name], type != .structOps, type != .freplace else { return true }
        guard row.types.contains(type) else { return false }
        guard let attachType, !row.attachTypes.isEmpty else { return true }
        return row.attachTypes.contains(attachType)
    }

    private struct Callers {
        var types: [ProgramType]
        /// Those of them that may; empty where all may.
        var attachTypes: [AttachType] = []
    }

    private static let rows: [String: Callers] = {
        var rows: [String: Callers] = [:]
        for (types, attachTypes, names) in callersTable { for name in names { rows[name] = Callers(types: types, attachTypes: attachTypes) } }
        return rows
    }()

    // MARK: The table

    private static let traffic: [ProgramType] = [.schedCLS, .schedACT]
    private static let routes: [ProgramType] = [.lwtIn, .lwtOut, .lwtXmit, .lwtSeg6Local]
    private static let addresses: [ProgramType] = [.cgroupSock, .cgroupSockAddr]
    private static let decisions: [ProgramType] = [.cgroupDevice, .cgroupSysctl, .cgroupSockopt]
    private static let traces: [ProgramType] = [.kprobe, .tracepoint, .rawTracepoint, .rawTracepointWritable, .perfEvent, .tracing, .lsm]
    private static let typed: [ProgramType] = [.tracing, .lsm, .syscall]

    /// Which programs may call which helpers, without those that all may call: what Linux 5.10, 6.1, 6.12, 6.18 and 7.2 answer when they are asked
    /// (`ebpf features`), taken together, and what some programs may by what they are attached to, which such questions do not find. A live test holds the running kernel's answers to it. In the kernel's sources: the functions `*_func_proto`.
    package static let callersTable: [(types: [ProgramType], attachTypes: [AttachType], helpers: [String])] = [
        // Packets.
        (traffic + routes + [.xdp], [], ["csum_diff"]),
        (traffic + [.lwtXmit, .xdp], [], ["redirect"]),
        (
            traffic + [.xdp], [],
            [
                "fib_lookup", "tcp_check_syncookie", "tcp_gen_syncookie", "check_mtu", "tcp_raw_gen_syncookie_ipv4", "tcp_raw_gen_syncookie_ipv6",
                "tcp_raw_check_syncookie_ipv4", "tcp_raw_check_syncookie_ipv6",
            ]
        ),
        (
            [.xdp], [],
            ["xdp_adjust_head", "redirect_map", "xdp_adjust_meta", "xdp_adjust_tail", "xdp_load_bytes", "xdp_store_bytes"]
        ),
        (typed + [.xdp], [], ["xdp_get_buff_len"]),
        (traffic + routes + [.socketFilter, .cgroupSKB, .skSKB, .flowDissector, .skReuseport], [], ["skb_load_bytes"]),
        (traffic + [.socketFilter, .cgroupSKB, .skReuseport], [], ["skb_load_bytes_relative"]),
        (traffic + routes + [.skSKB], [], ["skb_pull_data"]),
        (traffic + routes, [], ["get_route_realm", "skb_under_cgroup", "get_hash_recalc"]),
        (traffic + [.lwtXmit, .skSKB], [], ["skb_store_bytes", "skb_change_tail", "skb_change_head"]),
        (
            traffic + [.lwtXmit], [],
            [
                "l3_csum_replace", "l4_csum_replace", "clone_redirect", "skb_get_tunnel_key", "skb_set_tunnel_key", "skb_get_tunnel_opt",
                "skb_set_tunnel_opt", "csum_update", "set_hash_invalid", "csum_level",
            ]
        ),
        (traffic + [.skSKB], [], ["skb_adjust_room"]),
        (traffic + [.cgroupSKB], [], ["skb_cgroup_id", "skb_ancestor_cgroup_id", "sk_fullsock", "skb_ecn_set_ce", "get_listener_sock"]),
        (
            traffic, [],
            [
                "skb_vlan_push", "skb_vlan_pop", "skb_change_proto", "skb_change_type", "set_hash", "skb_get_xfrm_state", "skb_cgroup_classid",
                "redirect_neigh", "redirect_peer", "skb_set_tstamp",
            ]
        ),
        ([.lwtIn, .lwtXmit], [], ["lwt_push_encap"]),
        ([.lwtSeg6Local], [], ["lwt_seg6_store_bytes", "lwt_seg6_adjust_srh", "lwt_seg6_action"]),
        // Sockets.
        (
            traffic + routes + typed + [
                .socketFilter, .xdp, .cgroupSKB, .cgroupSockAddr, .sockOps, .skSKB, .skMsg, .skLookup, .flowDissector,
            ], [],
            [
                "skc_to_tcp6_sock", "skc_to_tcp_sock", "skc_to_tcp_timewait_sock", "skc_to_tcp_request_sock", "skc_to_udp6_sock", "skc_to_unix_sock",
                "skc_to_mptcp_sock",
            ]
        ),
        (traffic + addresses + typed + [.socketFilter, .cgroupSKB, .sockOps, .skSKB, .skReuseport], [], ["get_socket_cookie"]),
        (traffic + addresses + typed + [.cgroupSKB, .cgroupSockopt, .sockOps, .skMsg], [], ["sk_storage_get"]),
        (traffic + typed + [.cgroupSKB, .cgroupSockAddr, .cgroupSockopt, .sockOps, .skMsg], [], ["sk_storage_delete"]),
        (traffic + addresses + [.socketFilter, .cgroupSKB, .cgroupSockopt, .sockOps, .skMsg], [], ["get_netns_cookie"]),
        (traffic + [.xdp, .cgroupSKB, .cgroupSockAddr, .skSKB], [], ["sk_lookup_tcp", "sk_lookup_udp", "skc_lookup_tcp"]),
        (traffic + [.xdp, .cgroupSKB, .cgroupSockAddr, .skSKB, .skLookup], [], ["sk_release"]),
        (traffic + [.skLookup], [], ["sk_assign"]),
        (traffic + [.socketFilter, .cgroupSKB, .skSKB], [], ["get_socket_uid"]),
        (traffic + [.cgroupSKB, .cgroupSockopt, .sockOps], [], ["tcp_sock"]),
        // Of `lsm_cgroup` and of `iter/tcp` and `iter/unix`, by what they are attached to: `kernel/bpf/bpf_lsm.c`, `bpf_iter_tcp_get_func_proto`.
        (addresses + [.cgroupSockopt, .sockOps, .lsm, .tracing], [], ["setsockopt", "getsockopt"]),
        ([.skReuseport], [], ["sk_select_reuseport"]),
        ([.skSKB], [], ["sk_redirect_map", "sk_redirect_hash"]),
        (
            [.skMsg], [],
            [
                "msg_redirect_map", "msg_apply_bytes", "msg_cork_bytes", "msg_pull_data", "msg_redirect_hash", "msg_push_data", "msg_pop_data",
            ]
        ),
        (
            [.sockOps], [],
            ["sock_map_update", "sock_ops_cb_flags_set", "sock_hash_update", "load_hdr_opt", "store_hdr_opt", "reserve_hdr_opt"]
        ),
        ([], [], ["tcp_send_ack"]),
        // Cgroups.
        ([.cgroupSKB], [], ["sk_cgroup_id", "sk_ancestor_cgroup_id"]),
        (addresses + decisions + [.cgroupSKB, .sockOps, .lsm], [], ["get_local_storage"]),
        (addresses + decisions + [.lsm], [], ["get_retval", "set_retval"]),
        ([.cgroupSockAddr], [], ["bind"]),
        ([.cgroupSysctl], [], ["sysctl_get_name", "sysctl_get_current_value", "sysctl_get_new_value", "sysctl_set_new_value"]),
        // What watches the kernel and its processes.
        (traces + [.syscall], [], ["probe_read", "get_stackid", "probe_read_str", "get_stack", "get_func_ip", "probe_write_user"]),
        (traces, [], ["get_attach_cookie"]),
        ([.kprobe, .tracepoint, .rawTracepoint, .tracing, .lsm, .syscall], [], ["copy_from_user", "copy_from_user_task"]),
        (typed, [], ["skb_output", "xdp_output", "d_path", "sock_from_file"]),
        ([.tracing, .lsm], [], ["get_func_arg", "get_func_ret", "get_func_arg_cnt"]),
        ([.tracing], [.traceIterator], ["seq_printf", "seq_write", "seq_printf_btf"]),
        ([.lsm], [], ["inode_storage_get", "inode_storage_delete", "bprm_opts_set", "ima_inode_hash", "ima_file_hash"]),
        ([.perfEvent], [], ["perf_prog_read_value", "read_branch_records"]),
        ([.kprobe], [], ["override_return"]),
        ([.lircMode2], [], ["rc_repeat", "rc_keydown", "rc_pointer_rel"]),
        ([.syscall], [], ["sys_bpf", "btf_find_by_name_kind", "sys_close", "kallsyms_lookup_name"]),
        // Some of everything.
        (
            traces + traffic + routes + addresses + decisions + [
                .xdp, .socketFilter, .cgroupSKB, .sockOps, .skSKB, .skMsg, .skLookup, .syscall, .lircMode2,
            ],
            [], ["perf_event_output"]
        ),
        (
            traffic + routes + addresses + [
                .xdp, .socketFilter, .cgroupSKB, .cgroupSysctl, .sockOps, .skSKB, .skMsg, .skLookup, .skReuseport, .flowDissector,
            ], [], ["ktime_get_coarse_ns"]
        ),
    ]
}
