// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject

/// What was asked of the kernel when it refused. From this follows which privileges it takes, and what may forbid it.
enum Attempt: Sendable, Hashable {
    /// BPF_MAP_CREATE.
    case createMap(MapType)
    /// BPF_PROG_LOAD of a kind of program, with the number of its `expected_attach_type`.
    case loadProgram(ProgramType, attachType: AttachType?)
    /// BPF_BTF_LOAD.
    case loadTypes
    /// Reading or changing a map: the rights of its descriptor count, not those of the process.
    case useMap
    /// BPF_MAP_FREEZE.
    case freezeMap
    /// BPF_*_GET_FD_BY_ID and the like: objects that others made.
    case findByNumber
    /// perf_event_open(2).
    case openEvent(Event)
    /// Files of tracefs.
    case readTraceFiles
    /// mount(2) and its successors.
    case mount
    /// Anything else, with what it takes.
    case other([Capability])

    /// What perf_event_open(2) is asked for, as far as privileges differ.
    enum Event: Sendable, Hashable {
        /// A tracepoint that carries a program, on a CPU.
        case tracepoint
        /// A function of the kernel or of programs that carries a program.
        case probe
        /// Samples of a clock or counter on a CPU.
        case samples
        /// Records that programs write for user space.
        case output
    }

    /// What is done, as a message says it.
    var verb: String {
        switch self {
        case .createMap: "create such a map"
        case .loadProgram: "load such a program"
        case .loadTypes: "load types (BTF)"
        case .useMap, .freezeMap: "change the map"
        case .findByNumber: "find what others have loaded"
        case .openEvent: "open such an event"
        case .readTraceFiles: "read tracefs"
        case .mount: "mount"
        case .other: "do this"
        }
    }
}

/// A capability that something takes.
struct Privilege: Sendable, Hashable {
    let capability: Capability
    /// Whether CAP_SYS_ADMIN stands for it.
    var administrationSuffices = true

    func isHeld(among capabilities: Capabilities) -> Bool {
        capabilities.contains(capability) || administrationSuffices && capabilities.contains(.systemAdministration)
    }
}

extension Attempt {
    /// The release that cut CAP_BPF and CAP_PERFMON out of CAP_SYS_ADMIN.
    private static let capabilitiesOfTheirOwn: KernelVersion = "5.8"

    /// What the attempt takes where things stand like this. What is not known counts as it is in a new kernel that was not changed.
    func privileges(_ seen: Circumstances) -> [Privilege] {
        let isOld = seen.isOlder(than: Self.capabilitiesOfTheirOwn)
        let base = [Privilege(capability: isOld ? .systemAdministration : .bpf)]
        let isOpen = seen.unprivilegedBPF == .allowed
        switch self {
        case .createMap(let type):
            guard type.isNetwork else { return isOpen && type.isUnprivileged ? [] : base }
            return (isOpen ? [] : base)
                + [Privilege(capability: .networkAdministration, administrationSuffices: !seen.isOlder(than: "6.9"))]
        case .loadProgram(let type, _):
            if type.isUnprivileged { return isOpen ? [] : base }
            guard !isOld else { return base }
            return base + (type.isNetwork ? [Privilege(capability: .networkAdministration)] : [])
                + (type.isTracing ? [Privilege(capability: .perfmon)] : [])
        case .loadTypes: return base
        case .freezeMap: return seen.isOlder(than: "6.5") ? base : []
        case .findByNumber, .mount: return [Privilege(capability: .systemAdministration)]
        case .openEvent(let event):
            // The kernel's functions are never everybody's; the rest is, up to a level.
            let isEverybodys = event != .probe && (seen.perfEventParanoid ?? 2) < 1
            return isEverybodys ? [] : [Privilege(capability: isOld ? .systemAdministration : .perfmon)]
        case .other(let capabilities): return capabilities.map { Privilege(capability: isOld ? .systemAdministration : $0) }
        case .useMap, .readTraceFiles: return []
        }
    }

    /// Whether the attempt is one that `kernel.unprivileged_bpf_disabled` may open to everybody.
    var mayBeUnprivileged: Bool {
        switch self {
        case .createMap(let type): type.isUnprivileged
        case .loadProgram(let type, _): type.isUnprivileged
        default: false
        }
    }
}
