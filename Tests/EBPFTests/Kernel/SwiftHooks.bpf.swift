// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// The programs of Hooks.bpf.c in Swift, under the same names: one for each way to attach. A trial loads the one that it is about; it looks at what it is called
// with, and counts the event.

/// The number of the system call getpgid.
let number = Constant<UInt64>(121)
/// The thread that the trial runs on.
let target_thread = Constant<UInt32>(0)
let seen = Variable<UInt64>(0)
let cookie = Variable<UInt64>(0)

struct cred: KernelType {}
struct inode: KernelType {}
struct path: KernelType {}
struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
}
struct file: KernelType { var f_flags: UInt32 }
struct socket: KernelType { var type: Int16 }
struct cgroup: KernelType { var level: Int32 }
struct bpf_map: KernelType { var max_entries: UInt32 }
struct sk_buff: KernelType { var len: UInt32 }
struct nf_hook_state: KernelType { var pf: UInt8 }
struct bpf_prog: KernelType { var len: UInt32 }
struct bpf_link: KernelType { var id: UInt32 }
struct kallsym_iter: KernelType {}
struct sock_common: KernelType { var skc_state: UInt8 }
struct udp_sock: KernelType {}
struct vm_area_struct: KernelType { var vm_start: UInt }

var isOurs: Bool { currentProcess.threadID == target_thread.value }

func countInThread() { if isOurs { seen.add(1) } }

func count(if condition: Bool) { if condition { seen.add(1) } }

// MARK: Tracing

@section("tracepoint/syscalls/sys_enter_getpgid")
func hook_tracepoint(_ context: TracepointContext<trace_event_raw_sys_enter>) {
    guard isOurs, UInt64(truncatingIfNeeded: context.id) == number.value else { return }
    seen.add(1)
    cookie.value = context.cookie
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func hook_plain_tracepoint(_ context: TracepointContext<trace_event_raw_sys_enter>) {
    if UInt64(truncatingIfNeeded: context.id) == number.value { countInThread() }
}

@section("raw_tp/sys_enter")
func hook_raw_tp(_: KernelPointer<pt_regs>, id: Int) {
    if UInt64(truncatingIfNeeded: id) == number.value { countInThread() }
}

@section("raw_tp/sys_enter")
func hook_raw_tp_cpu(_: UInt, id: UInt) {
    // For runs on a CPU: its number, above the second argument.
    seen.add(1)
    cookie.value = UInt64(currentCPU) << 32 | UInt64(id)
}

@section("raw_tp.w/bpf_test_finish")
func hook_raw_tp_writable(_ context: RawTracepointContext) {
    guard isOurs else { return }
    seen.add(1)
    // Test runs answer with this error.
    context.buffer(0, as: Int32.self).pointee = -77
}

@section("tp_btf/sys_enter")
func hook_tp_btf(_: TrustedPointer<pt_regs>, id: Int) {
    if UInt64(truncatingIfNeeded: id) == number.value { countInThread() }
}

@section("fentry/__x64_sys_getpgid")
func hook_fentry(registers: TrustedPointer<pt_regs>) { if !registers.isNull { countInThread() } }

@section("fexit/__x64_sys_getpgid")
func hook_fexit(registers: TrustedPointer<pt_regs>, result: Int) { if result >= 0 { countInThread() } }

@section("fmod_ret/security_task_getpgid")
func hook_fmod_ret(task: TrustedPointer<task_struct>, result: Int32) -> AccessDecision {
    if task.tgid > 0 { countInThread() }
    return .same(as: result)
}

@section("fsession/__x64_sys_getpgid")
func hook_fsession(_ context: FunctionContext) -> SessionAnswer {
    countInThread()
    return .callAtReturn
}

@section("fentry.multi/__x64_sys_getpgi?")
func hook_fentry_multi(_ context: FunctionContext) { countInThread() }

@section("fexit.multi/__x64_sys_getpgi?")
func hook_fexit_multi(_ context: FunctionContext) { countInThread() }

@section("fsession.multi/__x64_sys_getpgi?")
func hook_fsession_multi(_ context: FunctionContext) -> SessionAnswer {
    countInThread()
    return .callAtReturn
}

@section("lsm/task_getpgid")
func hook_lsm(task: TrustedPointer<task_struct>) -> AccessDecision {
    if task.tgid > 0 { countInThread() }
    return .allow
}

@section("lsm.s/file_open")
func hook_lsm_sleeping(file: TrustedPointer<file>) -> AccessDecision {
    // Who only reads opens with O_RDONLY.
    if file.f_flags & 3 == 0 { countInThread() }
    return .allow
}

@section("lsm_cgroup/socket_post_create")
func hook_lsm_cgroup(socket: TrustedPointer<socket>, family: Int32) -> CgroupVerdict {
    count(if: socket.type > 0 && family > 0)
    return .allow
}

@section("kprobe/__x64_sys_getpgid")
func hook_kprobe(registers: KernelPointer<pt_regs>) { if !registers.isNull { countInThread() } }

@section("kretprobe/__x64_sys_getpgid")
func hook_kretprobe(result: Int) { if result >= 0 { countInThread() } }

@section("ksyscall/getpgid")
func hook_ksyscall(process: Int32) { if process == currentProcess.id { countInThread() } }

@section("kretsyscall/getpgid")
func hook_kretsyscall(result: Int) { if result >= 0 { countInThread() } }

@section("kprobe.multi/__x64_sys_getpgi?")
func hook_kprobe_multi(_ context: ProbeContext, registers: KernelPointer<pt_regs>) { if !registers.isNull { countInThread() } }

@section("kretprobe.multi/__x64_sys_getpgi?")
func hook_kretprobe_multi(result: Int) { if result >= 0 { countInThread() } }

@section("kprobe.session/__x64_sys_getpgi?")
func hook_kprobe_session(_ context: ProbeContext) -> SessionAnswer {
    countInThread()
    return .callAtReturn
}

@section("kprobe.multi/__x64_sys_getpgi?")
func hook_kprobe_multi_cookie(_ context: ProbeContext) {
    guard isOurs else { return }
    seen.add(1)
    cookie.value = context.cookie
}

@section("perf_event")
func hook_perf_event(_ context: PerfEventContext) { if context.samplePeriod > 0 { countInThread() } }

/// A function that another program replaces.
@inline(never) public func replaceable(_ number: Int32) -> Int32 { Int32(bitPattern: ebpf_opaque_number(UInt32(bitPattern: number))) }

@section("tracepoint/syscalls/sys_enter_getpgid")
func hook_replaced(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 { replaceable(1) }

@section("freplace/replaceable")
func hook_freplace(_ number: Int32) -> Int32 {
    countInThread()
    return number
}

// MARK: Iterators

let hook_elements = ArrayMap<UInt64>(maxEntries: 3)

@section("iter/task")
func hook_iter_task(_ context: IteratorContext, _: UInt, task: NullablePointer<task_struct>) {
    guard let task = task.trusted else { return }
    count(if: task.pid >= 0)
    context.write(UInt32(7))
}

@section("iter/bpf_map_elem")
func hook_iter_elements(_ context: IteratorContext, _: UInt, map: NullablePointer<bpf_map>, key: NullableBytes<UInt32>, value: NullableBytes<UInt64>)
{
    guard let map = map.trusted, let key = key.pointer else { return }
    count(if: key.pointee < map.max_entries)
}

@section("iter/cgroup")
func hook_iter_cgroup(_: UInt, group: NullablePointer<cgroup>) {
    guard let group = group.trusted else { return }
    count(if: group.level >= 0)
}

@section("iter/bpf_map")
func hook_iter_maps(_: UInt, map: NullablePointer<bpf_map>) {
    guard let map = map.trusted else { return }
    count(if: map.max_entries >= 0)
}

@section("iter/bpf_prog")
func hook_iter_programs(_: UInt, program: NullablePointer<bpf_prog>) {
    guard let program = program.trusted else { return }
    count(if: program.len > 0)
}

@section("iter/bpf_link")
func hook_iter_links(_: UInt, link: NullablePointer<bpf_link>) {
    guard let link = link.trusted else { return }
    count(if: link.id > 0)
}

@section("iter/ksym")
func hook_iter_symbols(_: UInt, symbol: NullablePointer<kallsym_iter>) { if symbol.trusted != nil { seen.add(1) } }

@section("iter/tcp")
func hook_iter_tcp(_: UInt, socket: NullablePointer<sock_common>) {
    guard let socket = socket.trusted else { return }
    // TCP_LISTEN
    count(if: socket.skc_state == 10)
}

@section("iter/udp")
func hook_iter_udp(_: UInt, socket: NullablePointer<udp_sock>) { if socket.trusted != nil { seen.add(1) } }

@section("iter/task_file")
func hook_iter_files(_: UInt, task: NullablePointer<task_struct>, _: UInt32, file: NullablePointer<file>) {
    guard let task = task.trusted, file.trusted != nil else { return }
    count(if: task.tgid == currentProcess.id)
}

@section("iter/task_vma")
func hook_iter_mappings(_: UInt, task: NullablePointer<task_struct>, mapping: NullablePointer<vm_area_struct>) {
    guard let task = task.trusted, let mapping = mapping.trusted else { return }
    count(if: task.tgid == currentProcess.id && mapping.vm_start > 0)
}

// MARK: Packets

@section("xdp")
func hook_xdp(_ context: XDPContext) -> XDPAction {
    count(if: context.ingressInterface >= 0)
    return .pass
}

@section("tc")
func hook_tc(_ context: TrafficContext) -> TrafficAction {
    count(if: context.byteCount > 0)
    return .next
}

@section("tcx/ingress")
func hook_tcx_ingress(_ context: TrafficContext) -> TrafficAction {
    count(if: context.byteCount > 0)
    return .next
}

@section("tcx/egress")
func hook_tcx_egress(_ context: TrafficContext) -> TrafficAction {
    count(if: context.byteCount > 0)
    return .next
}

@section("netkit/primary")
func hook_netkit_primary(_ context: TrafficContext) -> TrafficAction {
    count(if: context.byteCount > 0)
    return .next
}

@section("netkit/peer")
func hook_netkit_peer(_ context: TrafficContext) -> TrafficAction {
    count(if: context.byteCount > 0)
    return .next
}

@section("flow_dissector")
func hook_flow_dissector(_ context: FlowDissectorContext) -> TunnelAction {
    context.keys.pointee.isFragment = 0
    seen.add(1)
    return .proceed
}

@section("netfilter")
func hook_netfilter(_ context: NetfilterContext) -> NetfilterVerdict {
    let family = context.state(as: nf_hook_state.self).pf
    count(if: (family == 2 || family == 10) && context.packet(as: sk_buff.self).len > 0)
    return .accept
}

@section("socket")
func hook_socket(_ context: SocketFilterContext) -> SocketVerdict {
    count(if: context.byteCount > 0)
    return .keep
}

@section("lwt_in")
func hook_lwt_in(_ context: TunnelContext) -> TunnelAction {
    count(if: context.type == .ipv4)
    return .proceed
}

@section("lwt_out")
func hook_lwt_out(_ context: TunnelContext) -> TunnelAction {
    count(if: context.type == .ipv4)
    return .proceed
}

@section("lwt_xmit")
func hook_lwt_xmit(_ context: TunnelContext) -> TunnelAction {
    count(if: context.type == .ipv4)
    return .proceed
}

@section("lwt_seg6local")
func hook_lwt_seg6local(_ context: TunnelContext) -> TunnelAction {
    count(if: context.type == .ipv6)
    return .proceed
}

// MARK: Cgroups

@section("cgroup_skb/ingress")
func hook_cgroup_skb_ingress(_ context: CgroupPacketContext) -> CgroupVerdict {
    count(if: context.byteCount > 0)
    return .allow
}

@section("cgroup_skb/egress")
func hook_cgroup_skb_egress(_ context: CgroupPacketContext) -> CgroupVerdict {
    count(if: context.byteCount > 0)
    return .allow
}

@section("cgroup/sock_create")
func hook_cgroup_sock(_ context: CgroupSocketContext) -> CgroupVerdict {
    count(if: context.family > 0)
    return .allow
}

@section("cgroup/sock_release")
func hook_cgroup_sock_release(_ context: CgroupSocketContext) -> CgroupVerdict {
    count(if: context.family > 0)
    return .allow
}

@section("cgroup/post_bind4")
func hook_cgroup_post_bind4(_ context: CgroupSocketContext) -> CgroupVerdict {
    count(if: context.family == 2 && context.sourcePort > 0)
    return .allow
}

@section("cgroup/post_bind6")
func hook_cgroup_post_bind6(_ context: CgroupSocketContext) -> CgroupVerdict {
    count(if: context.family == 10 && context.sourcePort > 0)
    return .allow
}

@section("cgroup/bind4")
func hook_cgroup_bind4(_ context: IPv4SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 2)
    return .allow
}

@section("cgroup/bind6")
func hook_cgroup_bind6(_ context: IPv6SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 10)
    return .allow
}

@section("cgroup/connect4")
func hook_cgroup_connect4(_ context: IPv4SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 2)
    return .allow
}

@section("cgroup/connect6")
func hook_cgroup_connect6(_ context: IPv6SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 10)
    return .allow
}

@section("cgroup/connect_unix")
func hook_cgroup_connect_unix(_ context: UnixSocketAddressContext) -> CgroupVerdict {
    count(if: context.family == 1)
    return .allow
}

@section("cgroup/sendmsg4")
func hook_cgroup_sendmsg4(_ context: IPv4SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 2)
    return .allow
}

@section("cgroup/sendmsg6")
func hook_cgroup_sendmsg6(_ context: IPv6SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 10)
    return .allow
}

@section("cgroup/sendmsg_unix")
func hook_cgroup_sendmsg_unix(_ context: UnixSocketAddressContext) -> CgroupVerdict {
    count(if: context.family == 1)
    return .allow
}

@section("cgroup/recvmsg4")
func hook_cgroup_recvmsg4(_ context: IPv4SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 2)
    return .allow
}

@section("cgroup/recvmsg6")
func hook_cgroup_recvmsg6(_ context: IPv6SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 10)
    return .allow
}

@section("cgroup/recvmsg_unix")
func hook_cgroup_recvmsg_unix(_ context: UnixSocketAddressContext) -> CgroupVerdict {
    count(if: context.family == 1)
    return .allow
}

@section("cgroup/getpeername4")
func hook_cgroup_getpeername4(_ context: IPv4SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 2)
    return .allow
}

@section("cgroup/getpeername6")
func hook_cgroup_getpeername6(_ context: IPv6SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 10)
    return .allow
}

@section("cgroup/getpeername_unix")
func hook_cgroup_getpeername_unix(_ context: UnixSocketAddressContext) -> CgroupVerdict {
    count(if: context.family == 1)
    return .allow
}

@section("cgroup/getsockname4")
func hook_cgroup_getsockname4(_ context: IPv4SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 2)
    return .allow
}

@section("cgroup/getsockname6")
func hook_cgroup_getsockname6(_ context: IPv6SocketAddressContext) -> CgroupVerdict {
    context.port = UInt16(truncatingIfNeeded: ebpf_opaque_number(UInt32(context.port)))
    count(if: context.family == 10)
    return .allow
}

@section("cgroup/getsockname_unix")
func hook_cgroup_getsockname_unix(_ context: UnixSocketAddressContext) -> CgroupVerdict {
    count(if: context.family == 1)
    return .allow
}

@section("cgroup/sysctl")
func hook_cgroup_sysctl(_ context: SysctlContext) -> CgroupVerdict {
    let name: CString<16> = context.name()
    // The name begins with the directory.
    count(if: !context.isWrite && name.bytes[0] == UInt8(ascii: "k"))
    return .allow
}

@section("cgroup/getsockopt")
func hook_cgroup_getsockopt(_ context: GetSocketOptionContext) -> CgroupVerdict {
    count(if: context.level == 1 && context.result == 0)
    return .allow
}

@section("cgroup/setsockopt")
func hook_cgroup_setsockopt(_ context: SetSocketOptionContext) -> CgroupVerdict {
    var value = context.value
    count(if: context.level == 1 && value.read(Int32.self)?.pointee == 1)
    return .allow
}

@section("cgroup/dev")
func hook_cgroup_dev(_ context: DeviceAccessContext) -> CgroupVerdict {
    // /dev/null
    count(if: context.major == 1 && context.minor == 3 && context.isReading && !context.isBlockDevice)
    return .allow
}

@section("sockops")
func hook_sockops(_ context: SocketEventContext) -> CgroupVerdict {
    count(if: context.family == 2 && context.event == .activeEstablished)
    return .allow
}

// MARK: Sockets

let hook_sockets = SockMap(maxEntries: 2)

@section("sk_msg")
func hook_sk_msg(_ context: MessageContext) -> StreamVerdict {
    count(if: context.byteCount > 0 && context.family == 2)
    return .pass
}

@section("sk_skb/stream_verdict")
func hook_sk_skb(_ context: StreamContext) -> StreamVerdict {
    count(if: context.byteCount > 0)
    return .pass
}

@section("sk_skb/verdict")
func hook_sk_skb_verdict(_ context: StreamContext) -> StreamVerdict {
    count(if: context.byteCount > 0)
    return .pass
}

@section("sk_skb/stream_parser")
func hook_sk_skb_parser(_ context: StreamContext) -> Int32 {
    seen.add(1)
    // What has arrived is one message.
    return Int32(truncatingIfNeeded: context.byteCount)
}

@section("sk_reuseport/migrate")
func hook_sk_reuseport_migrate(_ context: ReuseportContext) -> StreamVerdict {
    // The socket that is closed, whose connections move (migrating_sk).
    count(if: context.address.load(fromByteOffset: 48, as: UInt.self) != 0)
    return .pass
}

@section("sk_reuseport")
func hook_sk_reuseport(_ context: ReuseportContext) -> StreamVerdict {
    count(if: context.byteCount > 0)
    return .pass
}

@section("sk_lookup")
func hook_sk_lookup(_ context: SocketLookupContext) -> StreamVerdict {
    count(if: context.family == 2 && context.protocol == .udp)
    return .pass
}

// MARK: Runs

@section("syscall")
func hook_syscall(_ context: SystemCallContext<UInt32>) -> Int32 {
    seen.add(1)
    context.value.pointee &+= 1
    return 5
}

// MARK: User space

@section("uprobe/libc.so.6:getppid")
func hook_uprobe(_ context: ProbeContext) { countInThread() }

@section("uretprobe/libc.so.6:getppid")
func hook_uretprobe(result: Int32) { if result >= 0 { countInThread() } }

@section("uprobe.multi/libc.so.6:getppi?")
func hook_uprobe_multi(_ context: ProbeContext) { countInThread() }

@section("uretprobe.multi/libc.so.6:getppi?")
func hook_uretprobe_multi(result: Int32) { if result >= 0 { countInThread() } }

@section("uprobe.session/libc.so.6:getppi?")
func hook_uprobe_session(_ context: ProbeContext) -> SessionAnswer {
    countInThread()
    return .callAtReturn
}

@section("uprobe/libc.so.6:getppid")
func hook_uprobe_cookie(_ context: ProbeContext) {
    guard isOurs else { return }
    seen.add(1)
    cookie.value = context.cookie
}

@section("uprobe.multi/libc.so.6:getppi?")
func hook_uprobe_multi_cookie(_ context: ProbeContext) {
    guard isOurs else { return }
    seen.add(1)
    cookie.value = context.cookie
}
