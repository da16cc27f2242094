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
        if let difference = difference(MapInformation(information), definition) {
            throw EBPFError(.invalid, operation, cause: difference, remedy: "remove it (rm \(path)), or load with another pin directory")
        }
        return descriptor
    }

    /// In what a map differs from a definition; `nil` where it does not.
    static func difference(_ map: MapInformation, _ definition: MapDefinition) -> String? {
        if map.type != definition.type { return "its type is \(map.type), the object's \(definition.type)" }
        let sizes: [(String, Int, UInt32)] = [
            ("key size", map.keySize, definition.keySize), ("value size", map.valueSize, definition.valueSize),
            ("number of entries", map.maxEntries, definition.maxEntries),
        ]
        for (what, theirs, ours) in sizes where theirs != Int(ours) { return "its \(what) is \(theirs), the object's \(ours)" }
        // What the kernel adds says nothing of who created it.
        let added = definition.type.addedFlags
        let (theirs, ours) = (map.flags.subtracting(added), definition.flags.subtracting(added))
        guard theirs != ours else { return nil }
        return "its flags are \(theirs.isEmpty ? "none" : theirs.names), the object's \(ours.isEmpty ? "none" : ours.names)"
    }

    /// Pins a map at a path. Linux 4.4.
    ///
    /// - Throws: ``EBPFError`` where something stands there, or the directory is in no bpf file system.
    static func pin(_ descriptor: Int32, _ name: String, at path: String) throws(EBPFError) {
        let status = PinnedObject.pin(descriptor, at: path)
        guard status >= 0 else { throw EBPFError(pinning: path, errno: -status, "pin map '\(name)' at \(path)") }
    }
}
