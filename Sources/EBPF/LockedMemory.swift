// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
import Glibc

/// The limit of locked memory (RLIMIT_MEMLOCK), which only kernels before 5.11 hold against maps and programs.
enum LockedMemory {
    /// Whether a call's negative errno is what an exhausted limit looks like.
    static func mayExplain(_ status: Int32) -> Bool { status == -EPERM }

    /// The limit in bytes, where this kernel holds one against maps and programs; `nil` where there is none.
    static var limit: UInt64? {
        guard let running = KernelVersion.running, running < KernelVersion(5, 11) else { return nil }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(8), &limit) == 0, limit.rlim_cur != rlim_t.max else { return nil }
        return UInt64(limit.rlim_cur)
    }

    /// Lifts the limit where it can be why a call failed. Answers whether it is lifted, so that trying again makes sense.
    static func liftLimit() -> Bool {
        guard let running = KernelVersion.running, running < KernelVersion(5, 11) else { return false }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(8), &limit) == 0 else { return false }
        // Another thread may have lifted it since the call.
        guard limit.rlim_cur != rlim_t.max else { return true }
        var unlimited = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
        if setrlimit(__rlimit_resource_t(8), &unlimited) == 0 { return true }
        // Without CAP_SYS_RESOURCE, as far as it goes.
        guard limit.rlim_cur < limit.rlim_max else { return false }
        limit.rlim_cur = limit.rlim_max
        return setrlimit(__rlimit_resource_t(8), &limit) == 0
    }

    /// A limit that programs and maps do not reach by themselves, in bytes: where it is as high, it is named only when it is seen to be reached.
    static let generous: UInt64 = 64 << 20

    /// How near the limit is.
    struct State: Sendable, Hashable {
        /// In bytes; `nil` where there is none.
        var limit: UInt64?
        /// What this process's own maps and programs have charged, in bytes.
        var charged: UInt64
        /// What was asked for in addition, in bytes, where that is known.
        var wanted: UInt64?
    }
}

extension LockedMemory.State {
    /// Looks at the limit, and at what descriptors of this process are charged with.
    init?(wanted: UInt64?) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(8), &limit) == 0 else { return nil }
        self.init(limit: limit.rlim_cur == rlim_t.max ? nil : UInt64(limit.rlim_cur), charged: Self.charged, wanted: wanted)
    }

    /// The sum of what `/proc/self/fdinfo` says behind `memlock:`.
    private static var charged: UInt64 {
        guard let directory = opendir("/proc/self/fdinfo") else { return 0 }
        defer { closedir(directory) }
        var sum: UInt64 = 0
        while let entry = readdir(directory) {
            // The name is NUL-terminated within the entry.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Maps and programs are charged, links are not.
            guard [.known(.map), .known(.program)].contains(DescriptorKind.of("/proc/self/fd/\(name)")) else { continue }
            guard let text = SmallFile.read("/proc/self/fdinfo/\(name)") else { continue }
            for line in text.split(separator: "\n") where line.hasPrefix("memlock:") {
                sum &+= UInt64(line.dropFirst(8).drop { $0 == "\t" || $0 == " " }) ?? 0
            }
        }
        return sum
    }
}

extension KernelVersion {
    /// The release of the kernel that runs, where its name can be read.
    public static var running: KernelVersion? {
        var names = utsname()
        guard uname(&names) == 0 else { return nil }
        return withUnsafeBytes(of: names.release) { KernelVersion(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) }
    }
}
