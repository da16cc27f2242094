// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Synchronization

/// A source of probes among the kernel's perf events: functions of the kernel (`kprobe`), or places of programs (`uprobe`). Linux 4.17.
struct ProbeSource: Sendable, Hashable {
    /// What is probed, by the name of the source.
    enum Kind: String, Sendable {
        /// Functions of the kernel.
        case kprobe
        /// Places of programs and libraries.
        case uprobe
    }

    /// What the kernel says of a source.
    enum Answer: Sendable, Hashable {
        case found(ProbeSource)
        /// The kernel is built without.
        case absent
        /// Nobody can tell: sysfs, where the kernel lists its sources, cannot be reached.
        case hidden
    }

    /// The number by which perf_event_open(2) knows it.
    let type: UInt32
    /// The bit of the event's configuration that asks for the return.
    let returnBit: UInt64

    /// Functions of the kernel; `nil` where there is no such source, or nobody can tell.
    static var kprobe: ProbeSource? { found(.kprobe) }

    private static func found(_ kind: Kind) -> ProbeSource? {
        guard case .found(let source) = look(for: kind) else { return nil }
        return source
    }

    /// Looks in sysfs, each time anew: it may be mounted later than this process has begun.
    static func look(for kind: Kind, in directory: String = "/sys") -> Answer {
        if let sources = open("\(directory)/\(list)", in: AT_FDCWD) { return look(for: kind, in: sources) }
        // A mount of its own, which takes CAP_SYS_ADMIN and is gone with its descriptor.
        guard let mount = PrivateMount.open("sysfs"), let sources = open(list, in: mount.number) else { return .hidden }
        return look(for: kind, in: sources)
    }

    /// Finds a source.
    ///
    /// - Throws: ``EBPFError`` that says where it is listed, where that cannot be reached, and `absence` where the kernel is built without.
    static func find(_ kind: Kind, for operation: String, absence: () -> EBPFError) throws(EBPFError) -> ProbeSource {
        // A kernel that runs keeps its sources; what was not found may be there later, with a mount of sysfs.
        if let known = known.withLock({ $0[kind] }) { return known }
        switch look(for: kind) {
        case .found(let source):
            known.withLock { $0[kind] = source }
            return source
        case .absent: throw absence()
        case .hidden:
            throw EBPFError(
                .system, operation, cause: "sysfs is not mounted, where the kernel says how it is asked for \(kind.rawValue)s (/sys/\(list))",
                remedy: "mount it as root: mount -t sysfs sysfs /sys")
        }
    }

    private static let known = Mutex<[Kind: ProbeSource]>([:])

    /// Where the kernel lists its sources, below the mount of sysfs.
    private static let list = "bus/event_source/devices"

    private static func open(_ path: String, in directory: Int32) -> Descriptor? {
        let number = linux_openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        return number >= 0 ? Descriptor(number) : nil
    }

    private static func look(for kind: Kind, in sources: borrowing Descriptor) -> Answer {
        guard let text = SmallFile.read("\(kind.rawValue)/type", in: sources.number) else { return errno == ENOENT ? .absent : .hidden }
        guard let type = UInt32(text.prefix { $0.isNumber }) else { return .absent }
        // `config:0`
        let format = SmallFile.read("\(kind.rawValue)/format/retprobe", in: sources.number) ?? "config:0"
        let bit = format.split(separator: ":").last.flatMap { UInt64($0.prefix { $0.isNumber }) } ?? 0
        return .found(ProbeSource(type: type, returnBit: bit < 64 ? 1 << bit : 1))
    }

    /// Where the count of users of a USDT probe (its semaphore) stands in the configuration: `config:32-63`. Linux 4.20.
    static let referenceCounterShift: UInt64 = 32
}
