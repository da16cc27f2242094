// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

extension KernelFeatures {
    /// What kernels have beside types, helpers, instructions and links.
    public enum Facility: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// Programs are run on demand (`BPF_PROG_TEST_RUN`). Linux 4.12.
        case testRuns = "test_run"
        /// Programs and maps have names. Linux 4.15.
        case names = "names"
        /// Programs may have more than 4,096 instructions; the verifier looks at a million. Linux 5.2.
        case largePrograms = "large_programs"
        /// Global variables: addresses in a map's value. Linux 5.2.
        case globalData = "global_data"
        /// User space maps the values of arrays. Linux 5.5.
        case mappableArrays = "mappable_arrays"
        /// Many values of a map are read in one call. Linux 5.6.
        case mapBatches = "map_batch"
        /// The kernel counts how often and how long programs run, while somebody asks for it (`BPF_ENABLE_STATS`). Linux 5.8. Trying it switches it on for a moment.
        case statistics = "statistics"
        /// Programs that may wait. Linux 5.10.
        case sleepablePrograms = "sleepable_programs"
        /// Maps are kept by programs that do not name them (`BPF_PROG_BIND_MAP`). Linux 5.10.
        case boundMaps = "bound_maps"
        /// Programs can ask for the cookie of their attachment. Linux 5.15.
        case attachCookies = "attach_cookies"
        /// Maps have parameters of their kind (`map_extra`). Linux 5.16.
        case mapExtra = "map_extra"
        /// XDP programs that take packets in several pieces. Linux 5.18.
        case xdpFragments = "xdp_fragments"
        /// Links of many places in a program watch one process, not one thread of it. Linux 6.10.
        case uprobeMultiProcess = "uprobe_multi_process"
        /// Rights are passed into user namespaces (`BPF_TOKEN_CREATE`). Linux 6.9.
        case tokens = "tokens"
        /// Programs write text that user space reads (`BPF_PROG_STREAM_READ_BY_FD`). Linux 6.17.
        case streams = "streams"
        /// Maps that only one program may use. Linux 6.18.
        case exclusiveMaps = "exclusive_maps"
        /// Programs with a signature, which the kernel checks. Linux 6.18.
        case signedPrograms = "signed_programs"
        /// Probes at functions of the kernel, through perf events. Linux 4.17.
        case kprobeEvents = "kprobe_events"
        /// Probes at places in programs, through perf events. Linux 4.17.
        case uprobeEvents = "uprobe_events"

        /// The release in which it appeared.
        public var since: KernelVersion {
            switch self {
            case .testRuns: "4.12"
            case .names: "4.15"
            case .kprobeEvents, .uprobeEvents: "4.17"
            case .largePrograms, .globalData: "5.2"
            case .mappableArrays: "5.5"
            case .mapBatches: "5.6"
            case .statistics: "5.8"
            case .sleepablePrograms, .boundMaps: "5.10"
            case .attachCookies: "5.15"
            case .mapExtra: "5.16"
            case .xdpFragments: "5.18"
            case .tokens: "6.9"
            case .uprobeMultiProcess: "6.10"
            case .streams: "6.17"
            case .exclusiveMaps, .signedPrograms: "6.18"
            }
        }

        /// The name in reports.
        public var description: String { rawValue }
    }
}
