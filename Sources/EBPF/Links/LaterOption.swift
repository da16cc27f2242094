// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

/// What an attachment, a walk or a test run may ask for, and which kernels learned later than the thing itself: older ones refuse it, mostly with EINVAL
/// and nothing else, or ignore it. The names are those of `include/uapi/linux/bpf.h`, whose history has the releases.
enum LaterOption: Sendable, Hashable, CaseIterable {
    /// A number for programs of perf events: probes, tracepoints, counters (`link_create.perf_event.bpf_cookie`).
    case eventCookie
    /// A number for programs in trampolines (`link_create.tracing.cookie`).
    case trampolineCookie
    /// A number for programs of raw and of typed tracepoints (`raw_tracepoint.cookie`).
    case rawTracepointCookie
    /// A place among the programs of a network device (`BPF_F_BEFORE`, `BPF_F_AFTER`).
    case trafficControlOrder
    /// A place among the programs of a cgroup (`link_create.cgroup`).
    case cgroupOrder
    /// Packets of netfilter that are put together first (`BPF_F_NETFILTER_IP_DEFRAG`).
    case defragmentation
    /// The context of a packet in a test run of XDP (`test.ctx_in`).
    case packetContext
    /// Packets of a test run that really go on (`BPF_F_TEST_XDP_LIVE_FRAMES`).
    case liveFrames
    /// A walk over what one process or cgroup has (`bpf_iter_link_info.task`, `.cgroup`).
    case iteratorScope

    /// The release in which kernels learned it.
    var since: KernelVersion {
        switch self {
        case .eventCookie, .packetContext: "5.15"
        case .liveFrames: "5.18"
        case .trampolineCookie: "5.19"
        case .iteratorScope: "6.1"
        case .trafficControlOrder, .defragmentation: "6.6"
        case .rawTracepointCookie: "6.10"
        case .cgroupOrder: "6.17"
        }
    }

    /// What it is, as the beginning of a sentence.
    var text: String {
        switch self {
        case .eventCookie: "a cookie for programs of perf events (probes, tracepoints, counters)"
        case .trampolineCookie: "a cookie for programs in trampolines (fentry, fexit, fmod_ret, lsm)"
        case .rawTracepointCookie: "a cookie for programs of raw and typed tracepoints (raw_tp, tp_btf)"
        case .trafficControlOrder: "an order among programs of traffic control"
        case .cgroupOrder: "an order among programs of a cgroup"
        case .defragmentation: "packets of netfilter that are put together first"
        case .packetContext: "a test run of XDP with a context"
        case .liveFrames: "a test run whose packets go on (TestRun.isLive)"
        case .iteratorScope: "a walk over the objects of one process or cgroup"
        }
    }

    /// What does without it.
    var remedy: String {
        switch self {
        case .eventCookie, .trampolineCookie: "leave the cookie out"
        case .rawTracepointCookie: "leave the cookie out, or attach to the tracepoint of its category, which hands one over since Linux 5.15"
        case .trafficControlOrder: "leave the order out, or give a priority: attach(toClassifier:_:priority:)"
        case .cgroupOrder: "leave the order out: the program is then last"
        case .defragmentation: "leave it out"
        case .packetContext: "leave the context out"
        case .liveFrames: "run it without, and look at what it returns"
        case .iteratorScope: "walk over all, and let the program leave out what is not wanted"
        }
    }

    /// Whether the running kernel lacks it, where a call that asks for it need not fail.
    var isMissing: Bool {
        // Where the kernel hands a cookie over, and only there, programs may ask for it.
        if self == .rawTracepointCookie, let helper = Helper.named("get_attach_cookie") {
            switch KernelFeatures.running.support(ofHelper: helper, in: ProgramKind(.rawTracepoint)) {
            case .yes: return false
            case .no: return true
            case .unknown: break
            }
        }
        return KernelVersion.running.map { $0 < since } ?? false
    }
}

extension Failure {
    /// An option that the running kernel has not learned.
    init(missing option: LaterOption, kernel: KernelVersion?) {
        self.init(
            .unsupported, "\(option.text) appeared in Linux \(option.since)\(kernel.map { ", this kernel is \($0)" } ?? "")",
            "\(option.remedy), or use a newer kernel")
    }

    /// Why a call was refused that asked for options; `nil` where the kernel is known to be older than none of them, or means something else.
    static func ofOptions(_ options: [LaterOption], errno: Int32, kernel: KernelVersion?) -> Failure? {
        guard [EINVAL, E2BIG, EOPNOTSUPP, notSupported].contains(errno), let kernel else { return nil }
        // The youngest says what kernel is needed.
        let missing = options.filter { kernel < $0.since }.max { $0.since < $1.since }
        return missing.map { Failure(missing: $0, kernel: kernel) }
    }
}
