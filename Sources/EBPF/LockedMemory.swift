// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
import Glibc

/// The limit of locked memory (RLIMIT_MEMLOCK), which only kernels before 5.11 hold against maps and programs.
enum LockedMemory {
    /// Whether a call's negative errno is what an exhausted limit looks like.
    static func mayExplain(_ status: Int32) -> Bool { status == -EPERM }

    /// Lifts the limit where it can be why a call failed. Answers whether it was lifted, so that trying again makes sense.
    static func liftLimit() -> Bool {
        guard let running = KernelVersion.running, running < KernelVersion(5, 11) else { return false }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(8), &limit) == 0, limit.rlim_cur != rlim_t.max else { return false }
        var unlimited = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
        if setrlimit(__rlimit_resource_t(8), &unlimited) == 0 { return true }
        // Without CAP_SYS_RESOURCE, as far as it goes.
        guard limit.rlim_cur < limit.rlim_max else { return false }
        limit.rlim_cur = limit.rlim_max
        return setrlimit(__rlimit_resource_t(8), &limit) == 0
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
