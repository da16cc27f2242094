// SPDX-License-Identifier: Apache-2.0

public import BTF

/// A global variable or constant of an object, which user space can set before the object is loaded.
public struct Variable: Sendable, Hashable {
    /// The name in C.
    public let name: String
    /// The place in ``ObjectFile/maps`` of the map that holds the variable's section.
    public let mapIndex: Int
    /// The offset in the section in bytes.
    public let offset: Int
    /// The size in bytes.
    public let size: Int
    /// The type in the object's BTF.
    public let type: TypeID
}

extension ObjectFile {
    /// The variable with this name.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/noSuchName``; the reason lists the names that there are.
    public func variable(_ name: String) throws(ObjectError) -> Variable {
        guard let variable = variables.first(where: { $0.name == name }) else {
            let names = variables.map(\.name).sorted().joined(separator: ", ")
            throw ObjectError(.noSuchName, "the object has no variable '\(name)'; it has: \(names.isEmpty ? "none" : names)")
        }
        return variable
    }

    /// Sets a variable's value for the objects that are loaded from this one.
    ///
    /// - Throws: ``ObjectError`` where there is no such variable, it is an extern of section `.kconfig`, or its size differs from the value's.
    public mutating func set<Value: BitwiseCopyable>(_ name: String, to value: Value) throws(ObjectError) {
        // The one unsafe line: the bytes of a trivial value are copied out, nothing keeps the pointer.
        var bytes = withUnsafeBytes(of: value) { Array($0) }
        // C counts the bytes after the last member, Swift does not.
        if try variable(name).size == MemoryLayout<Value>.stride {
            bytes += [UInt8](repeating: 0, count: MemoryLayout<Value>.stride - MemoryLayout<Value>.size)
        }
        try set(name, bytes: bytes)
    }

    /// Sets a variable's value from bytes in the machine's order.
    ///
    /// - Throws: ``ObjectError`` where there is no such variable, it is an extern of section `.kconfig`, or its size differs from the number of bytes.
    public mutating func set(_ name: String, bytes: [UInt8]) throws(ObjectError) {
        let variable = try variable(name)
        guard bytes.count == variable.size else {
            throw ObjectError(
                .wrongSize, "variable '\(name)' has \(variable.size) bytes in the object, the value \(bytes.count)")
        }
        guard !maps.indices.contains(variable.mapIndex) || !maps[variable.mapIndex].isKernelConfiguration else {
            throw ObjectError(
                .configuration, "variable '\(name)' is an extern in section .kconfig, which has the kernel's value; configured(for:) gives it another"
            )
        }
        // An arena has variables, and no values.
        guard maps.indices.contains(variable.mapIndex), case let map = maps[variable.mapIndex],
            variable.offset <= (map.contents?.count ?? Int(map.valueSize)) - bytes.count
        else { throw ObjectError(.malformed, "variable '\(name)' lies outside of its section") }
        var contents = map.contents ?? Array(repeating: 0, count: Int(map.valueSize))
        contents.replaceSubrange(variable.offset..<variable.offset + bytes.count, with: bytes)
        maps[variable.mapIndex].contents = contents
    }
}
