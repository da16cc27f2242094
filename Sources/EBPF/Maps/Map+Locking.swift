// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// Values with a lock of the kernel's in them (`struct bpf_spin_lock`; `SpinLock` of Swift kernel halves), which programs take to change more than one
/// number. `BPF_F_LOCK` of `include/uapi/linux/bpf.h`.
extension Map {
    /// The same map, whose values are read and written while nobody else holds their locks: whole, as programs leave them. Linux 5.1.
    ///
    ///     let accounts = try ArrayMap<Account>(loaded.map("accounts")).underLock()
    ///     let account = try accounts.value(for: 7)
    ///
    /// That holds for look-ups, updates, and many entries at once. What is read has zeros in place of the lock, and what is written leaves the lock as it
    /// is; an update of an entry that is there changes it in its place. Without it, a value may be read or written in the middle of what a program does.
    ///
    /// - Throws: ``EBPFError`` where values have no such lock, or nobody can tell: the kernel describes values of maps that others have created since Linux
    ///   4.18, before 5.19 to who has CAP_SYS_ADMIN.
    public func underLock() throws(EBPFError) -> Map {
        guard let types = try types(), types.valueHasLock else {
            throw EBPFError(
                .invalid, "use map '\(name)' (\(type)) under the locks of its values", cause: "its values have no lock (struct bpf_spin_lock)",
                remedy: "declare one as a member of the values in the kernel half, or use the map as it is")
        }
        var map = self
        map.elementFlags = 1 << 2  // BPF_F_LOCK
        return map
    }
}

extension ReadableMap {
    /// The same map, whose values are read and written whole, as programs leave them under their locks: see ``Map/underLock()``. Linux 5.1.
    ///
    /// - Throws: ``EBPFError`` where values have no lock of the kernel's.
    public func underLock() throws(EBPFError) -> Self { try Self(map.underLock()) }
}

extension ObjectStorage {
    /// The same map, whose values are read and written whole, as programs leave them under their locks: see ``Map/underLock()``. Linux 5.2.
    ///
    /// - Throws: ``EBPFError`` where values have no lock of the kernel's.
    public func underLock() throws(EBPFError) -> Self { try Self(map.underLock()) }
}

extension MapTypes {
    /// Whether a member of the values is a lock. The kernel looks for it there, and not in members of members (`btf_find_struct_field`).
    fileprivate var valueHasLock: Bool {
        guard case .composite(let value)? = try? btf.resolve(self.value).type else { return false }
        return value.members.contains { member in
            guard case .composite(let type)? = try? btf.resolve(member.type).type else { return false }
            return type.name == "bpf_spin_lock"
        }
    }
}
