// SPDX-License-Identifier: Apache-2.0

import BPFObject

// Which kinds of programs and maps take which privileges: `is_net_admin_prog_type`, `is_perfmon_prog_type` and `map_create` of
// `kernel/bpf/syscall.c`. What is not named takes CAP_BPF alone.

extension ProgramType {
    /// Programs that see or change packets and sockets, or what stands for them: they take CAP_NET_ADMIN.
    var isNetwork: Bool {
        switch self {
        case .schedCLS, .schedACT, .xdp, .cgroupSock, .lwtIn, .lwtOut, .lwtXmit, .sockOps, .skSKB, .cgroupDevice, .skMsg, .cgroupSockAddr,
            .lwtSeg6Local, .lircMode2, .flowDissector, .cgroupSysctl, .cgroupSockopt, .freplace, .netfilter:
            true
        default: false
        }
    }

    /// Programs that see what the kernel does: they take CAP_PERFMON.
    var isTracing: Bool {
        switch self {
        case .kprobe, .tracepoint, .perfEvent, .rawTracepoint, .rawTracepointWritable, .tracing, .structOps, .freplace, .lsm: true
        default: false
        }
    }

    /// Programs that everybody may load where `kernel.unprivileged_bpf_disabled` is 0.
    var isUnprivileged: Bool { self == .socketFilter || self == .cgroupSKB }

    /// Whether programs hang in trampolines, for which the kernel changes its own code.
    func needsTrampoline(attachType: AttachType?) -> Bool {
        switch self {
        case .tracing: attachType.map { $0 != .traceRawTracepoint && $0 != .traceIterator } ?? false
        case .freplace, .lsm: true
        default: false
        }
    }
}

extension MapType {
    /// Maps through which programs send packets: they take CAP_NET_ADMIN.
    var isNetwork: Bool {
        switch self {
        case .devmap, .sockmap, .xskmap, .sockhash, .devmapHash: true
        default: false
        }
    }

    /// Maps that everybody may create where `kernel.unprivileged_bpf_disabled` is 0.
    var isUnprivileged: Bool {
        switch self {
        case .hash, .array, .programArray, .perfEventArray, .perCPUHash, .perCPUArray, .cgroupArray, .arrayOfMaps, .hashOfMaps, .cgroupStorage,
            .perCPUCgroupStorage, .ringBuffer, .userRingBuffer:
            true
        default: false
        }
    }
}
