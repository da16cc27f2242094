// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// Maps under names of a bpf file system, where they outlive who made them.
enum MapPinning {
    /// Opens the map that is pinned at a path; `nil` where there is none. Linux 4.4.
    ///
    /// - Throws: ``EBPFError`` where there is one that differs from the definition, or it cannot be opened.
    static func open(_ path: String, as definition: MapDefinition) throws(EBPFError) -> SharedDescriptor? {
        let operation = "use the map pinned at \(path) as '\(definition.name)'"
        let number = PinnedObject.open(path)
        guard number != -ENOENT else { return nil }
        guard number >= 0 else { throw EBPFError(openingPin: path, errno: -number, operation) }
        let descriptor = SharedDescriptor(Descriptor(number))
        var information = bpf_map_information()
        let status = objectInformation(of: number, &information)
        guard status >= 0 else { throw EBPFError(system: -status, operation, needs: [.bpf]) }
        let pairs: [(String, UInt32, UInt32)] = [
            ("type", information.type, definition.type.rawValue), ("key size", information.key_size, definition.keySize),
            ("value size", information.value_size, definition.valueSize), ("number of entries", information.max_entries, definition.maxEntries),
            ("flags", information.map_flags, definition.flags.rawValue),
        ]
        for (what, theirs, ours) in pairs where theirs != ours {
            throw EBPFError(
                .invalid, operation, cause: "its \(what) is \(theirs), the object's \(ours)",
                remedy: "remove it (rm \(path)), or load with another pin directory")
        }
        return descriptor
    }

    /// Pins a map at a path. Linux 4.4.
    ///
    /// - Throws: ``EBPFError`` where something stands there, or the directory is in no bpf file system.
    static func pin(_ descriptor: Int32, _ name: String, at path: String) throws(EBPFError) {
        let status = PinnedObject.pin(descriptor, at: path)
        guard status >= 0 else { throw EBPFError(pinning: path, errno: -status, "pin map '\(name)' at \(path)") }
    }
}
