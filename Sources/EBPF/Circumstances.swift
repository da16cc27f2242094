// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// What is looked at to explain why the kernel refused: the state of the thread, of the kernel, and of the thing.
///
/// A value without a system call in it: ``Denial`` judges it, and tests make it up. What could not be seen is `nil`.
struct Circumstances: Sendable {
    /// The release of the kernel.
    var kernel: KernelVersion?
    /// What the thread has in effect.
    var capabilities: Capabilities = .all
    /// Whether its effective user is root.
    var isRoot = true
    /// Whether it is in the first user namespace, in which alone capabilities count for most of eBPF.
    var isInInitialUserNamespace = true
    /// `kernel.unprivileged_bpf_disabled`
    var unprivilegedBPF: UnprivilegedBPF?
    /// `kernel.perf_event_paranoid`
    var perfEventParanoid: Int?
    var lockdown: Lockdown?
    var seccomp = Seccomp.none
    /// The names of the security modules that are active, as the kernel lists them.
    var securityModules: [String] = []
    /// Whether SELinux enforces its policy.
    var selinuxEnforces = false
    /// The AppArmor profile that confines the thread; `nil` where none does.
    var appArmorProfile: String?
    var lockedMemory: LockedMemory.State?
    /// The map that was used, where one was.
    var map: MapState?
    /// Whether a program of a kind that takes the same capabilities, but changes nothing of the kernel's code, can be loaded.
    var loadsOtherPrograms: Bool?

    /// Whether the kernel is known to be older than a release.
    func isOlder(than release: KernelVersion) -> Bool { kernel.map { $0 < release } ?? false }

    /// What a seccomp filter does to the call.
    enum Seccomp: Sendable, Hashable {
        /// There is no filter.
        case none
        /// There is one, and the call passes it.
        case passes
        /// There is one, and it forbids the call, whatever it is asked for.
        case forbids
    }

    /// What the kernel says of a map's descriptor (`/proc/self/fdinfo`).
    struct MapState: Sendable, Hashable {
        /// Whether the map was frozen: BPF_MAP_FREEZE.
        var isFrozen = false
        /// Whether the descriptor reads (it does not with BPF_F_WRONLY), and writes (it does not with BPF_F_RDONLY).
        var reads = true
        var writes = true
        /// Whether the refused call was one that writes.
        var isWrite = true
    }
}

/// How far programs of users without capabilities are allowed (`kernel.unprivileged_bpf_disabled`).
enum UnprivilegedBPF: Int, Sendable {
    /// 0: everybody creates basic maps, and loads programs that filter their own sockets.
    case allowed = 0
    /// 1: forbidden until the next boot, and nobody can change that.
    case forbiddenForGood = 1
    /// 2: forbidden, until an administrator allows it. The default since Linux 5.13 where the kernel is configured so.
    case forbidden = 2
}

/// How far the kernel is locked down (kernel_lockdown(7)).
enum Lockdown: String, Sendable {
    case none
    /// Nothing may change the running kernel.
    case integrity
    /// In addition, nothing may read what is secret in it.
    case confidentiality
}
