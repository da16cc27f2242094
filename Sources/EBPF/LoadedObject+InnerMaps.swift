// SPDX-License-Identifier: Apache-2.0

import BPFObject

extension LoadedObject {
    /// Creates a map like those which one of the object's maps holds, to be put into that:
    ///
    ///     let tables = try ArrayOfMaps(loaded.map("tables"))
    ///     try tables.update(3, to: loaded.innerMap(of: "tables"))
    ///
    /// It has the object's types, without which older kernels (seen: Linux 6.1) take it for another kind of map. Linux 4.12.
    ///
    /// - Throws: ``EBPFError`` where the object has no such map, or that holds none, or the kernel refuses.
    public func innerMap(of name: String) throws(EBPFError) -> Map {
        let operation = "create a map for map '\(name)'"
        let index: Int
        do {
            index = try file.mapIndex(name)
        } catch { throw EBPFError(error, operation) }
        guard let pattern = file.maps[index].inner else {
            throw EBPFError(.invalid, operation, cause: "maps of type \(file.maps[index].type) hold none")
        }
        return try Map.create(pattern, btf: types?.number)
    }
}
